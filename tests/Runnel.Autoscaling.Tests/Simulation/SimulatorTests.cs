using Runnel.Autoscaling.Simulation;

namespace Runnel.Autoscaling.Tests;

public sealed class SimulatorTests
{
    private static readonly SimulationSetup Setup = new() { Scaling = new ScalingOptions { MaxWorkers = 4, Interval = TimeSpan.FromSeconds(10) } };

    [Fact]
    public void One_worker_takes_one_task_after_the_other()
    {
        SimulationSetup setup = Setup with { Scaling = Setup.Scaling with { MaxWorkers = 1, LatencyTarget = TimeSpan.FromSeconds(14) } };

        SimulationResult result = Simulator.Run(setup, new RunnelRule(setup.Scaling), [new(6, 5), new(6, 5), new(6, 5), new(7, 5)]);

        // It takes them at 6, 11, 16 and 21 s; the last one ends at 26 s and is seen to at 30 s.
        Assert.Equal((4, 0, 14.0), (result.Tasks, result.Misses, result.LongestWait));
        Assert.Equal(30.0 / 3600, result.WorkerHours, 9);
    }

    [Fact]
    public void A_new_worker_takes_tasks_after_its_start_and_one_that_goes_ends_its_task_first()
    {
        FixedRule rule = new(2, 2, 1);

        SimulationResult result = Simulator.Run(Setup, rule, [new(9, 100), new(9, 15), new(9, 1)]);

        // The first worker takes 100 s at 9 s. The second, wanted at 10 s, takes 15 s at 15 s and 1 s at 30 s; it is to go at 30 s, and goes at 31 s.
        Assert.Equal((6.0, 21.0), (result.MedianWait, result.LongestWait));
        Assert.Equal((110.0 + 21) / 3600, result.WorkerHours, 9);
        Assert.Equal((2, 2), (result.Changes, result.Peak));
    }

    [Fact]
    public void The_same_seed_makes_the_same_trace_and_another_seed_another()
    {
        foreach (string name in ArrivalPattern.Names)
        {
            IReadOnlyList<SimulatedTask> one = ArrivalPattern.Create(name, 5, 10, 10, 24), same = ArrivalPattern.Create(name, 5, 10, 10, 24);
            IReadOnlyList<SimulatedTask> other = ArrivalPattern.Create(name, 6, 10, 10, 24);

            Assert.Equal(one, same);
            Assert.NotEqual(one.Count, other.Count);
            Assert.InRange(one.Average(task => task.Service), 9, 11);
            Assert.All(one, task => Assert.InRange(task.At, 0, (24 * 3600) + 30));
        }
    }

    [Fact]
    public void Every_worker_hour_beyond_the_work_is_paid_and_none_below()
    {
        foreach (string name in ArrivalPattern.Names)
        {
            IReadOnlyList<SimulatedTask> trace = ArrivalPattern.Create(name, 77, 10, 10, 24);
            double work = trace.Sum(task => task.Service) / 3600;

            foreach (SimulationResult result in Comparison.Run(new SimulationSetup(), trace))
            {
                Assert.Equal(trace.Count, result.Tasks);
                Assert.InRange(result.WorkerHours, work, 10 * 25);
                Assert.InRange(result.Peak, 1, 20); // ten, and those of before that still drain
            }
        }
    }

    [Theory]
    [InlineData("bursty")]
    [InlineData("daily")]
    [InlineData("step")]
    public void Ours_misses_less_often_with_fewer_worker_hours_than_a_threshold_and_than_kubernetes(string pattern)
    {
        SimulationSetup setup = new();
        SimulationResult[][] runs = [.. Enumerable.Range(1001, 12).Concat(Enumerable.Range(2001, 12)) // not the seeds of the documentation's table
            .Select(seed => Comparison.Run(setup, ArrivalPattern.Create(pattern, seed, 10, 10, 48)).ToArray())];

        SimulationResult ours = Comparison.Sum([.. runs.Select(run => run[0])]);

        for (int rule = 1; rule < 3; rule++)
        {
            SimulationResult other = Comparison.Sum([.. runs.Select(run => run[rule])]);
            Assert.True(ours.Misses < other.Misses, $"{ours.Misses} misses; {other.Rule} has {other.Misses}.");
            Assert.True(ours.WorkerHours < other.WorkerHours, $"{ours.WorkerHours} hours; {other.Rule} has {other.WorkerHours}.");
        }
    }

    [Theory]
    [InlineData("1,2\nx,3", "Line 2 of t is 'x,3'")]
    [InlineData("1,0", "Line 1 of t is '1,0'")]
    [InlineData("1,2,3", "Line 1 of t is '1,2,3'")]
    [InlineData("-1", "Line 1 of t is '-1'")]
    [InlineData("at,service\n# nothing\n", "t has no task")]
    public void A_trace_that_cannot_be_read_is_refused_by_its_line(string text, string message)
    {
        using StringReader reader = new(text);

        RunnelException error = Assert.Throws<RunnelException>(() => TraceFile.Read(reader, "t", 10));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trace_is_read_in_any_order_with_a_heading_and_with_times_left_out()
    {
        using StringReader reader = new("at,service\n5\n# later\n2.5,0.5\n");

        Assert.Equal([new SimulatedTask(2.5, 0.5), new SimulatedTask(5, 10)], TraceFile.Read(reader, "t", 10));
    }

    private sealed class FixedRule(params int[] counts) : IScalingRule
    {
        private int look;

        public string Name => "fixed";

        public int Decide(ScalingState state) => counts[Math.Min(look++, counts.Length - 1)];
    }
}
