namespace Runnel.Backtesting;

/// <summary>What an indicator of an expression takes.</summary>
internal enum IndicatorInputKind
{
    /// <summary>A series of numbers, the close where none is given.</summary>
    Number,

    /// <summary>A condition.</summary>
    Truth,

    /// <summary>Whole bars.</summary>
    Bars,
}

/// <summary>A constant that an indicator takes.</summary>
/// <param name="Name">As it may be given by name.</param>
/// <param name="Default">Where none is given; NaN where it has to be.</param>
/// <param name="Minimum">Smallest value.</param>
/// <param name="Maximum">Largest value.</param>
/// <param name="IsWhole">Whether only whole numbers are taken.</param>
internal sealed record IndicatorParameter(string Name, double Default, double Minimum, double Maximum, bool IsWhole);

/// <summary>A call under way: inputs and outputs from the first bar on that has an input.</summary>
internal readonly ref struct IndicatorCall
{
    public required Klines Klines { get; init; }

    /// <summary>Finite numbers; empty where it takes whole bars.</summary>
    public required ReadOnlySpan<double> Input { get; init; }

    /// <summary>Whether the input is the close of every bar.</summary>
    public required bool IsClose { get; init; }

    public required double[] Arguments { get; init; }

    public required double[][] Outputs { get; init; }

    public required int First { get; init; }

    public Span<double> this[int output] => Outputs[output].AsSpan(First, Klines.Count - First);

    public int Int(int argument) => (int)Arguments[argument];
}

/// <summary>An indicator as expressions know it.</summary>
internal sealed record IndicatorDefinition
{
    public delegate void Computation(IndicatorCall call);

    public required string Name { get; init; }

    public string[] Aliases { get; init; } = [];

    public required string Summary { get; init; }

    public required IndicatorInputKind Input { get; init; }

    public required IndicatorParameter[] Parameters { get; init; }

    /// <summary>Names of its outputs; empty for a single one without a name.</summary>
    public string[] Outputs { get; init; } = [];

    /// <summary>Whether the first output is meant where none is named.</summary>
    public bool HasMainOutput { get; init; } = true;

    public int OutputCount => Math.Max(1, Outputs.Length);

    /// <summary>Bars after its first input from which on its value is used, where that is later than its first value.</summary>
    public Func<double[], int> Settle { get; init; } = _ => 0;

    /// <summary>Whether bars without a value are part of it, so that nothing waits for its first one.</summary>
    public bool HasGaps { get; init; }

    public required Computation Compute { get; init; }

    /// <summary>How it is called, for instance <c>rsi(source = close, length)</c>.</summary>
    public string Signature
    {
        get
        {
            IEnumerable<string> constants = Parameters.Select(p => double.IsNaN(p.Default) ? p.Name : FormattableString.Invariant($"{p.Name} = {p.Default}"));
            IEnumerable<string> all = Input switch
            {
                IndicatorInputKind.Number => constants.Prepend("source = close"),
                IndicatorInputKind.Truth => constants.Prepend("condition"),
                _ => constants,
            };
            return $"{Name}({string.Join(", ", all)})";
        }
    }
}
