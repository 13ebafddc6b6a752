using System.Globalization;
using Runnel.Autoscaling.Simulation;

namespace Runnel.Cli.Output;

/// <summary>What happened in a simulation, as rows of block characters over time.</summary>
internal static class SimulationPlot
{
    private const string Blocks = " ▁▂▃▄▅▆▇█";
    private const int Width = 96;

    /// <param name="output">Where to.</param>
    /// <param name="runs">The rules' results on one trace.</param>
    /// <param name="target">The latency target in seconds; the waits' rows are drawn against it.</param>
    public static void Print(TextWriter output, IReadOnlyList<SimulationResult> runs, double target)
    {
        int most = Math.Max(1, runs.Max(run => run.Looks.Max(look => look.Workers)));
        Row("tasks come", runs[0], look => look.Arrivals, top: 0);
        foreach (SimulationResult run in runs)
        {
            Row($"{run.Rule} workers", run, look => look.Workers, most);
            Row($"{run.Rule} wait", run, look => look.OldestWaiting, target);
        }

        void Row(string name, SimulationResult run, Func<SimulationLook, double> value, double top)
        {
            double end = run.Looks[^1].Seconds;
            double[] columns = new double[Width];
            foreach (SimulationLook look in run.Looks)
            {
                int column = Math.Min(Width - 1, (int)(look.Seconds / end * Width));
                columns[column] = Math.Max(columns[column], value(look));
            }

            double full = top > 0 ? top : Math.Max(1, columns.Max());
            string drawn = string.Concat(columns.Select(height => height > full ? '!' : Blocks[(int)Math.Ceiling(height / full * (Blocks.Length - 1))]));
            output.WriteLine($"{name,-18}{drawn}  to {full.ToString("0.#", CultureInfo.InvariantCulture)}");
        }
    }
}
