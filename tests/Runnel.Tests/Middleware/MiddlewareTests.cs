using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Runnel.TestKit;

namespace Runnel.Tests.Middleware;

public sealed class MiddlewareTests(RedisFixture redis)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private readonly ConcurrentQueue<string> order = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_runs_in_the_order_of_registration_around_submission_and_attempt()
    {
        await using TestHost host = await StartAsync(b => b
            .AddSubmitMiddleware(async (_, next, _) => await NoteAsync("submit 1", next))
            .AddSubmitMiddleware(async (_, next, _) => await NoteAsync("submit 2", next))
            .AddExecuteMiddleware(async (_, next, _) => await NoteAsync("execute 1", next))
            .AddExecuteMiddleware(async (_, next, _) => await NoteAsync("execute 2", next)));
        await host.Client.PauseAsync(Cancelled);

        string id = await host.Client.SubmitAsync("echo", "hello", null, Cancelled);
        await host.Client.ResumeAsync(Cancelled);
        string? result = await host.Client.WaitForResultAsync<string>(id, Deadline, Cancelled);

        Assert.Equal("hello", result);
        Assert.Equal(
            ["submit 1", "submit 2", "/submit 2", "/submit 1", "execute 1", "execute 2", "handler", "/execute 2", "/execute 1"], order);
    }

    [Fact]
    public async Task It_changes_payload_options_and_result()
    {
        await using TestHost host = await StartAsync(b => b
            .AddSubmitMiddleware((submission, next, _) =>
            {
                submission.Payload = "\"changed\""u8.ToArray();
                submission.Options = submission.Options with { Priority = TaskPriority.High, Id = "mine" };
                return next();
            })
            .AddExecuteMiddleware(async (_, next, _) => Encoding.UTF8.GetBytes("[" + Encoding.UTF8.GetString((await next()).Span) + "]")));

        string id = await host.Client.SubmitAsync("echo", "hello", null, Cancelled);
        string[]? result = await host.Client.WaitForResultAsync<string[]>(id, Deadline, Cancelled);

        Assert.Equal("mine", id);
        Assert.Equal(["changed"], result!);
        Assert.Equal(TaskPriority.High, (await host.Client.FindAsync(id, Cancelled))!.Priority);
    }

    [Fact]
    public async Task It_may_answer_in_place_of_queue_and_handler()
    {
        await using TestHost host = await StartAsync(b => b
            .AddSubmitMiddleware((submission, next, _) => submission.Type == "refused" ? Task.FromResult("nobody") : next())
            .AddExecuteMiddleware((_, _, _) => Task.FromResult<ReadOnlyMemory<byte>>("\"cached\""u8.ToArray())));

        string refused = await host.Client.SubmitAsync("refused", 1, null, Cancelled);
        string id = await host.Client.SubmitAsync("echo", "hello", null, Cancelled);
        string? result = await host.Client.WaitForResultAsync<string>(id, Deadline, Cancelled);

        Assert.Equal("nobody", refused);
        Assert.Equal("cached", result);
        Assert.Equal(1, (await host.Client.GetStatsAsync(Cancelled)).Submitted);
        Assert.Empty(order);
    }

    [Fact]
    public async Task It_sees_exceptions_and_its_own_decide_how_an_attempt_ends()
    {
        await using TestHost host = await StartAsync(b => b
            .AddSubmitMiddleware(async (_, next, _) => await SeenAsync(next))
            .AddExecuteMiddleware(async (context, next, _) => await SeenAsync(next, context.Type == "fail" ? new NonRetryableException("hopeless") : null)));

        await Assert.ThrowsAsync<PayloadException>(() => host.Client.SubmitAsync("two words", 1, null, Cancelled));
        string id = await host.Client.SubmitAsync("fail", 1, null, Cancelled);
        TaskInfo task = await host.Client.WaitAsync(id, Deadline, Cancelled);

        Assert.Equal(["PayloadException", "InvalidOperationException"], order);
        Assert.Equal((TaskState.Failed, "rejected", "hopeless"), (task.State, task.Reason, task.Errors.Single().Message));
    }

    [Fact]
    public async Task What_it_changes_is_checked()
    {
        await using TestHost host = await StartAsync(b => b
            .AddSubmitMiddleware((submission, next, _) =>
            {
                submission.Payload = submission.Type == "echo" ? submission.Payload : "{"u8.ToArray();
                return next();
            })
            .AddExecuteMiddleware((_, _, _) => Task.FromResult<ReadOnlyMemory<byte>>("no json"u8.ToArray())));

        PayloadException wrong = await Assert.ThrowsAsync<PayloadException>(() => host.Client.SubmitAsync("fail", 1, null, Cancelled));
        string id = await host.Client.SubmitAsync("echo", "hello", null, Cancelled);
        TaskInfo task = await host.Client.WaitAsync(id, Deadline, Cancelled);

        Assert.Equal(["payload"], wrong.Fields);
        Assert.Equal((TaskState.Failed, "rejected"), (task.State, task.Reason));
        Assert.Contains("not JSON", task.Errors.Single().Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Classes_get_their_services_and_live_as_long_as_the_host_or_an_attempt()
    {
        await using TestHost host = await StartAsync(b =>
        {
            b.AddSubmitMiddleware<Stamping>().AddExecuteMiddleware<Counting>();
            b.Services.AddSingleton(order).AddScoped<Scoped>();
        });

        foreach (string payload in new[] { "a", "b" })
        {
            string id = await host.Client.SubmitAsync("echo", payload, null, Cancelled);
            await host.Client.WaitForResultAsync<string>(id, Deadline, Cancelled);
        }

        Assert.Equal(["stamp 1", "counted 1", "handler", "disposed", "stamp 2", "counted 1", "handler", "disposed"], order);
    }

    [Fact]
    public async Task Chains_many_at_once_and_what_follows_a_batch_pass_it_and_members_do_not()
    {
        await using TestHost host = await StartAsync(b => b.AddSubmitMiddleware((submission, next, _) =>
        {
            order.Enqueue(Encoding.UTF8.GetString(submission.Payload.Span));
            return next();
        }));

        await host.Client.SubmitChainAsync([new("later", 1), new("later", 2)], Cancelled);
        await host.Client.SubmitManyAsync("later", [6, 7], null, Cancelled);
        await host.Client.SubmitBatchAsync("later", new[] { 3, 4 }.ToAsyncEnumerable(), new BatchOptions { OnCompleted = new TaskDraft("later", 5) }, Cancelled);

        Assert.Equal(["1", "2", "6", "7", "5"], order);
    }

    private async Task<T> NoteAsync<T>(string name, Func<Task<T>> next)
    {
        order.Enqueue(name);
        T result = await next();
        order.Enqueue("/" + name);
        return result;
    }

    private async Task<T> SeenAsync<T>(Func<Task<T>> next, Exception? instead = null)
    {
        try
        {
            return await next();
        }
        catch (Exception e) when (e is PayloadException or InvalidOperationException)
        {
            order.Enqueue(e.GetType().Name);
            throw instead ?? e;
        }
    }

    private Task<TestHost> StartAsync(Action<RunnelBuilder> middleware) => TestHost.StartAsync(redis, b =>
    {
        b.AddTaskHandler<string>("echo", (payload, _, _) =>
            {
                order.Enqueue("handler");
                return Task.FromResult<object?>(payload);
            })
            .AddTaskHandler("later", (_, _) => Task.FromResult<object?>(null))
            .AddTaskHandler("fail", (_, _) => throw new InvalidOperationException("no"));
        middleware(b);
    });

    private sealed class Stamping(ConcurrentQueue<string> order) : ISubmitMiddleware
    {
        private int stamps;

        public Task<string> SubmitAsync(SubmitContext submission, Func<Task<string>> next, CancellationToken cancellationToken)
        {
            order.Enqueue($"stamp {Interlocked.Increment(ref stamps)}");
            return next();
        }
    }

    private sealed class Scoped(ConcurrentQueue<string> order) : IDisposable
    {
        public int Count { get; set; }

        public void Dispose() => order.Enqueue("disposed");
    }

    private sealed class Counting(Scoped scoped, ConcurrentQueue<string> order) : IExecuteMiddleware
    {
        public Task<ReadOnlyMemory<byte>> ExecuteAsync(TaskContext context, Func<Task<ReadOnlyMemory<byte>>> next, CancellationToken cancellationToken)
        {
            order.Enqueue($"counted {++scoped.Count}");
            return next();
        }
    }
}
