using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Runnel.Backtesting;
using Runnel.MarketData;

namespace Runnel.Trading;

/// <summary>One backtest from payload to stored result.</summary>
internal sealed partial class BacktestRunner(
    BacktestRecords records, KlineLoader loader, IOptions<TradingOptions> options, TimeProvider time, ILogger<BacktestRunner> logger)
{
    public async Task<BacktestReply> RunAsync(JsonElement payload, BacktestAttempt attempt, CancellationToken cancellationToken)
    {
        BacktestPlan plan = BacktestPlan.Of(payload);
        string id = plan.Payload.BacktestId;
        if (await records.FindAsync(id, cancellationToken) is { State: BacktestState.Completed } done)
            return Repeat(done, plan);

        // Before the claim: no klines is the commonest error, and it should leave no record.
        await attempt.ReportProgressAsync(0, $"loading {plan.Request.Symbol} {plan.Request.Interval}", cancellationToken);
        (plan, KlineData data) = await LoadAsync(plan, attempt, cancellationToken);
        string request = RequestJson(plan);
        BacktestClaim claim = await records.TryClaimAsync(
            id, request, attempt.TaskId, attempt.Number, TimeSpan.FromSeconds(options.Value.StaleSeconds), cancellationToken);
        switch (claim.Outcome)
        {
            case ClaimOutcome.Running:
                return new BacktestReply { BacktestId = id, Status = "running" };
            case ClaimOutcome.Completed:
                return Repeat((await records.FindAsync(id, cancellationToken))!, plan);
        }

        return await RunClaimedAsync(plan, data, claim.Token!, attempt, cancellationToken);
    }

    private async Task<BacktestReply> RunClaimedAsync(BacktestPlan plan, KlineData data, string token, BacktestAttempt attempt, CancellationToken cancellationToken)
    {
        string id = plan.Payload.BacktestId;
        try
        {
            await attempt.ReportProgressAsync(0, $"{plan.Strategy} over {data.Klines.Count} bars", cancellationToken);
            CompletedBacktest completed;
            await using (ClaimKeeper keeper = new(records, id, token, attempt, options.Value.HeartbeatInterval, time, cancellationToken))
                completed = CompletedBacktest.Run(plan, data, keeper, keeper.Token);

            BacktestReply reply = completed.Reply;
            string statistics = JsonSerializer.Serialize(reply.Statistics, BacktestReplies.Json);
            if (await records.CompleteAsync(id, token, statistics, JsonSerializer.Serialize(reply), completed.Result.Trades, cancellationToken))
                return reply;
            throw LostClaim(id);
        }
        catch (BacktestInputException e)
        {
            await records.FailAsync(id, token, e.Message, CancellationToken.None);
            throw new PayloadException(e.Field, e.Message, e);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await records.ReleaseAsync(id, token, CancellationToken.None); // the next attempt need not wait until the claim is stale
            throw;
        }
        catch (OperationCanceledException)
        {
            throw LostClaim(id);
        }
        catch (Exception e) when (e is not RunnelException)
        {
            LogFailed(e, id);
            await records.FailAsync(id, token, e.Message, CancellationToken.None);
            throw;
        }
    }

    private async Task<(BacktestPlan Plan, KlineData Data)> LoadAsync(BacktestPlan plan, BacktestAttempt attempt, CancellationToken cancellationToken)
    {
        if (attempt.EnsureAsync is { } ensure)
            await ensure(plan.Needs, cancellationToken);
        return await loader.LoadAsync(plan, cancellationToken);
    }

    /// <summary>The stored reply of a backtest that is done, with a warning where this request is another than the one that it answers.</summary>
    private static BacktestReply Repeat(BacktestRecord done, BacktestPlan plan)
    {
        BacktestReply reply = JsonSerializer.Deserialize<BacktestReply>(done.ReplyJson!)!;
        List<string> different = BacktestReplies.Differences(done.RequestJson, RequestJson(plan));
        return different.Count == 0 ? reply : reply with
        {
            Warnings = [.. reply.Warnings ?? [], $"This backtest_id was completed before with another {string.Join(", ", different)}, and this is its "
                + "result. Give a new backtest_id to run the new request."],
        };
    }

    private static string RequestJson(BacktestPlan plan) => JsonSerializer.Serialize(plan.Payload);

    private static RunnelException LostClaim(string id) => new($"Backtest '{id}' was taken over by another task while this one ran it; this one's result was not stored. "
        + "A retry finds the other's result.");

    [LoggerMessage(6001, LogLevel.Error, "Backtest {BacktestId} failed.")]
    private partial void LogFailed(Exception exception, string backtestId);
}
