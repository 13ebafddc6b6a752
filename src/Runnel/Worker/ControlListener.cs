using Runnel.Control;
using Runnel.Flow;
using Runnel.Redis;
using Runnel.Scheduling;
using StackExchange.Redis;

namespace Runnel.Worker;

/// <summary>Hears at once of what a worker would learn at its next beat: tasks to cancel, tasks and schedules due soon, pause and resume,
/// rules for task types, tasks that other workers left to those that take their type.</summary>
internal sealed class ControlListener(
    IConnectionMultiplexer connection, QueueKeys keys, HeldTasks held, Promoter promoter, Scheduler scheduler, PauseGate gate, FlowRules rules,
    TypeChoice choice, string worker, WorkerOrders orders)
{
    public async Task StartAsync()
    {
        ChannelMessageQueue messages = await connection.GetSubscriber().SubscribeAsync(keys.Control);
        messages.OnMessage(message => Hear(message.Message.ToString()));
    }

    public Task StopAsync() => connection.GetSubscriber().UnsubscribeAsync(keys.Control);

    internal void Hear(string message)
    {
        string[] parts = message.Split(' ', 2);
        switch (parts[0])
        {
            case "cancel" when parts.Length == 2:
                held.Cancel(parts[1]);
                break;
            case "due" when parts.Length == 2 && double.TryParse(parts[1], out double ms):
                promoter.ToldDueIn(TimeSpan.FromMilliseconds(ms));
                break;
            case "schedule" when parts.Length == 2 && double.TryParse(parts[1], out double fires):
                scheduler.ToldDueIn(TimeSpan.FromMilliseconds(fires));
                break;
            case "type" when parts.Length == 2:
                rules.Hear(parts[1]);
                break;
            case "siding" when parts.Length == 2:
                choice.Hear(parts[1]);
                break;
            case "room":
                choice.HearOfRoom();
                break;
            case "worker" when parts.Length == 2 && parts[1].Split(' ') is [string name, string order] && name == worker:
                orders.Follow(order);
                break;
            case "pause":
                gate.Set(paused: true);
                break;
            case "resume":
                gate.Set(paused: false);
                break;
        }
    }
}
