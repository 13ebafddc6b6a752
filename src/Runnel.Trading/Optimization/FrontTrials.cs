using Runnel.Optimization;

namespace Runnel.Trading;

/// <summary>Collects the front of a search with several metrics from its chunks, in the order of trials.</summary>
internal sealed class FrontTrials(OptimizationPlan plan)
{
    private const int Most = 500; // in a reply
    private readonly FrontSearch search = new([.. plan.Metrics.Select(_ => Direction.Maximize)]); // of scores: higher is better
    private readonly Dictionary<int, IReadOnlyDictionary<string, double>> parameters = []; // of what has been on it

    public void Add(ChunkBlock chunk)
    {
        for (int row = 0; row < chunk.Block.Count; row++)
        {
            int trial = (int)chunk.First + row;
            if (search.Add(new TrialResult(trial, chunk.Block.ScoresOf(row))))
                parameters[trial] = OptimizationResults.ParametersOf(plan, chunk.Block, trial, row);
        }
    }

    public OptimizationFront Result()
    {
        TrialResult[] front = [.. search.Result().OrderByDescending(r => r.Value)]; // stable
        int shown = Math.Min(front.Length, Most);
        return new OptimizationFront
        {
            Metrics = [.. plan.Metrics.Select(m => new OptimizationFrontMetric { Name = m.Name, Objective = m.Objective })],
            Size = front.Length,
            Trials =
            [
                .. Enumerable.Range(0, shown).Select(i => front[shown == front.Length ? i : (int)((long)i * (front.Length - 1) / (shown - 1))]).Select(r => new OptimizationFrontTrial
                {
                    Trial = r.Number,
                    Params = plan.Strategy.Create(parameters[r.Number]).Parameters,
                    Values = [.. r.Values.Select((score, i) => plan.Metrics[i].ValueOf(score)!.Value)],
                }),
            ],
        };
    }
}
