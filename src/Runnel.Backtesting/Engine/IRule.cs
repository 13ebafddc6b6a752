namespace Runnel.Backtesting;

/// <summary>What a strategy does at the close of a bar. Implemented by structs, so that the engine's loop is compiled for each.</summary>
internal interface IRule
{
    /// <summary>First bar on which the rule is asked; at least 0.</summary>
    int FirstBar { get; }

    /// <summary>Whether <see cref="Act"/> may have something to do at this bar's close: asked on every bar, so it must be cheap.</summary>
    /// <param name="bar">The bar that just closed.</param>
    /// <param name="position">1 while long, -1 while short, 0 while flat.</param>
    /// <returns>False where there is surely nothing to do.</returns>
    bool Acts(int bar, int position);

    /// <summary>Places orders at this bar's close. Reads nothing that is later than the bar.</summary>
    /// <param name="bar">The bar that just closed.</param>
    /// <param name="account">Where orders go.</param>
    void Act(int bar, Account account);

    /// <summary>The first bar from <paramref name="from"/> on where <see cref="Acts"/> holds, or <paramref name="to"/>; asked while nothing is
    /// pending, so <paramref name="position"/> stays the same. <see cref="Scan.Next"/> does it bar by bar.</summary>
    int Next(int from, int to, int position);
}
