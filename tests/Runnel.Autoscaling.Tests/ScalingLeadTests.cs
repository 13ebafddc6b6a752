using Runnel.Scaling;
using Runnel.TestKit;

namespace Runnel.Autoscaling.Tests;

public sealed class ScalingLeadTests(RedisFixture redis)
{
    private static readonly KeyValuePair<string, string>[] Decision = [new("to", "3")];
    private readonly string queue = redis.NewQueue();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_one_leads_until_it_leaves()
    {
        await using RunnelClient client = await ConnectAsync();
        ScalingLead first = new(client.Connector, "first", TimeSpan.FromMinutes(1), []), second = new(client.Connector, "second", TimeSpan.FromMinutes(1), []);

        Lead a = await first.TakeAsync(Cancelled), b = await second.TakeAsync(Cancelled), again = await first.TakeAsync(Cancelled);
        await first.LeaveAsync(Cancelled);
        Lead c = await second.TakeAsync(Cancelled);

        Assert.Equal([new Lead(true, 1, "first"), new Lead(false, 1, "first"), new Lead(true, 1, "first"), new Lead(true, 2, "second")], [a, b, again, c]);
    }

    [Fact]
    public async Task Another_leads_once_the_lease_ran_out_and_what_the_former_one_decides_is_refused()
    {
        await using RunnelClient client = await ConnectAsync();
        ScalingLead paused = new(client.Connector, "paused", TimeSpan.FromMilliseconds(1), []), next = new(client.Connector, "next", TimeSpan.FromMinutes(1), []);
        Lead before = await paused.TakeAsync(Cancelled);
        Lead now = default;
        await Eventually.TrueAsync(async () => (now = await next.TakeAsync(Cancelled)).IsMine, TimeSpan.FromSeconds(10), "the lease ran out", Cancelled);

        bool late = await paused.RecordAsync(before.Term, Decision, Cancelled);
        bool current = await next.RecordAsync(now.Term, Decision, Cancelled);

        Assert.Equal((false, true, 2L), (late, current, now.Term));
        Assert.Equal("3", Assert.Single(await ScalingLead.HistoryAsync(client.Connector, 10, Cancelled))["to"]);
    }

    [Fact]
    public async Task What_a_leader_decided_in_an_earlier_term_of_its_own_is_refused()
    {
        await using RunnelClient client = await ConnectAsync();
        ScalingLead lead = new(client.Connector, "one", TimeSpan.FromMinutes(1), []), other = new(client.Connector, "two", TimeSpan.FromMinutes(1), []);
        Lead first = await lead.TakeAsync(Cancelled);
        await lead.LeaveAsync(Cancelled);
        await other.TakeAsync(Cancelled);
        await other.LeaveAsync(Cancelled);
        Lead second = await lead.TakeAsync(Cancelled);

        Assert.False(await lead.RecordAsync(first.Term, Decision, Cancelled));
        Assert.True(await lead.RecordAsync(second.Term, Decision, Cancelled));
    }

    [Fact]
    public async Task Autoscalers_for_other_types_lead_beside_each_other()
    {
        await using RunnelClient client = await ConnectAsync();
        ScalingLead all = new(client.Connector, "all", TimeSpan.FromMinutes(1), []), one = new(client.Connector, "one", TimeSpan.FromMinutes(1), ["a", "b"]);
        ScalingLead same = new(client.Connector, "same", TimeSpan.FromMinutes(1), ["b", "a"]);

        Assert.Equal(
            [new Lead(true, 1, "all"), new Lead(true, 1, "one"), new Lead(false, 1, "one")],
            [await all.TakeAsync(Cancelled), await one.TakeAsync(Cancelled), await same.TakeAsync(Cancelled)]);
    }

    private Task<RunnelClient> ConnectAsync() => RunnelClient.ConnectAsync(new RunnelOptions { RedisUrl = redis.Url, Queue = queue }, Cancelled);
}
