namespace Runnel.Backtesting;

/// <summary>First bar of [from, to) on which a condition holds; <paramref name="to"/> where there is none.</summary>
internal delegate int ScanCode(Frame frame, int from, int to);

/// <summary>Which conditions hold at a bar.</summary>
internal delegate Signals SignalCode(Frame frame, int bar, int side);

/// <summary>A number at a bar.</summary>
internal delegate double ValueCode(Frame frame, int bar, int side);

/// <summary>Writes an expression out as a series, bars [from, to).</summary>
internal delegate void FillCode(Frame frame, double[] output, int from, int to);

/// <summary>The conditions of a strategy that hold.</summary>
[Flags]
internal enum Signals
{
    None = 0,
    EntryLong = 1,
    EntryShort = 2,
    ExitLong = 4,
    ExitShort = 8,
}
