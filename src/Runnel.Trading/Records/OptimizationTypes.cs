using System.Collections.ObjectModel;
using Runnel.Optimization;

namespace Runnel.Trading;

/// <summary>An optimization as its steps and chunks need it.</summary>
internal sealed record OptimizationHeader
{
    public required string State { get; init; }

    public required string Request { get; init; }

    public required string Task { get; init; }

    public required int Run { get; init; }

    /// <summary>Unix ms.</summary>
    public required long StartedAt { get; init; }

    public required string? Klines { get; init; }

    public required long NextTrial { get; init; }

    public required int Chunks { get; init; }

    public required long DoneBefore { get; init; }

    /// <summary>What ended it as a whole before all trials were run; null while nothing did.</summary>
    public string? Stopped { get; init; }

    public bool IsRunning => State == "running";
}

/// <summary>What all chunks of an optimization come to so far.</summary>
internal sealed record OptimizationTotals
{
    /// <summary>Chunks that are planned and not done.</summary>
    public required int Open { get; init; }

    /// <summary>Chunks whose budget left trials that are not planned anew yet.</summary>
    public required int Rests { get; init; }

    public required long Done { get; init; }

    public required long Skipped { get; init; }

    public required long Failed { get; init; }

    public required TimeSpan Elapsed { get; init; }

    /// <summary>Trials that ran on the whole range.</summary>
    public required long RanWhole { get; init; }

    /// <summary>Trials that ran: what time was spent on.</summary>
    public long Ran => Done - Skipped;
}

/// <summary>A chunk that is not done.</summary>
internal readonly record struct OpenChunk(int Number, int Submissions, long SubmittedAt, int SubmittedRun);

/// <summary>The best trial so far.</summary>
/// <param name="Trial">Its number.</param>
/// <param name="Score">Its score.</param>
/// <param name="Point">Its point, where its number does not give it.</param>
internal readonly record struct BestTrial(long Trial, double Score, double[]? Point);

/// <summary>What storing a chunk's result told.</summary>
/// <param name="Open">Chunks that are still open.</param>
/// <param name="WakeAt">Open chunks at which the optimization's task wants to be woken.</param>
internal readonly record struct ChunkStored(int Open, int WakeAt);

/// <summary>The best trials of a done chunk.</summary>
internal readonly record struct ChunkTop(int Segment, IReadOnlyList<RankedTrial> Top);

/// <summary>What the trials of a chunk that is done came to.</summary>
/// <param name="Segment">The segment that it searched.</param>
/// <param name="Trials">In the order of their numbers.</param>
internal readonly record struct ChunkScores(int Segment, IReadOnlyList<TrialResult> Trials)
{
    public static ChunkScores Of(int segment, long first, TrialBlock block) =>
        new(segment, [.. Enumerable.Range(0, block.Count).Select(row => new TrialResult((int)first + row, block.ScoresOf(row)))]);
}

/// <summary>The figures of a done chunk.</summary>
internal readonly record struct ChunkBlock(int Segment, long First, TrialBlock Block)
{
    /// <summary>Whether its trials ran on the whole range.</summary>
    public bool IsWhole => Block.BudgetOf(0) == 1;
}

/// <summary>What a plan is made from.</summary>
/// <param name="Header">How far the planning is.</param>
/// <param name="Totals">How far the running is.</param>
internal sealed record PlanningState(OptimizationHeader Header, OptimizationTotals Totals)
{
    /// <summary>What budgets left, as chunks with the number of the done one.</summary>
    public IReadOnlyList<Chunk> Rests { get; init; } = [];

    /// <summary>What done chunks came to that the planner has not seen.</summary>
    public IReadOnlyList<ChunkScores> Scores { get; init; } = [];

    /// <summary>No chunk before this one is open.</summary>
    public int FirstOpen { get; init; }

    /// <summary>For each segment that has any, how many trials are in chunks.</summary>
    public IReadOnlyDictionary<int, long> Asked { get; init; } = ReadOnlyDictionary<int, long>.Empty;

    /// <summary>Segments whose patience has ended, with the last trial that counts.</summary>
    public IReadOnlyDictionary<int, long> Ended { get; init; } = ReadOnlyDictionary<int, long>.Empty;
}

/// <summary>An optimization after a step planned what there was to plan.</summary>
/// <param name="Totals">What its chunks come to, those planned just now among the open ones.</param>
/// <param name="StartedAt">When this run of it began (Unix ms).</param>
/// <param name="DoneBefore">Trials that were done by then.</param>
/// <param name="Chunks">Chunks planned so far.</param>
/// <param name="WakeAt">Open chunks at which to plan on.</param>
/// <param name="Planned">The chunks planned just now.</param>
internal sealed record PlannedStep(OptimizationTotals Totals, long StartedAt, long DoneBefore, int Chunks, int WakeAt, IReadOnlyList<Chunk> Planned)
{
    /// <summary>What ended it early as a whole, by its name in the payload; null where nothing did.</summary>
    public string? Stopped { get; init; }

    /// <summary>Segments whose patience has ended, with the last trial that counts.</summary>
    public IReadOnlyDictionary<int, long> Ended { get; init; } = ReadOnlyDictionary<int, long>.Empty;

    /// <summary>There is always something open until all is done: a step with room plans at least one chunk.</summary>
    public bool IsFinished => Totals.Open == 0;
}
