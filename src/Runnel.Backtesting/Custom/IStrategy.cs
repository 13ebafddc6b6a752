namespace Runnel.Backtesting;

/// <summary>A strategy written in C#. The engine asks it at the close of each bar; it sees that bar and those before, never a later one.</summary>
/// <remarks>An instance holds the state of one run: make a new one for each.</remarks>
public interface IStrategy
{
    /// <summary>First bar on which it is asked, counted from 0: the number of bars its indicators need before they mean something.</summary>
    int FirstBar { get; }

    /// <summary>Looks at the bar that just closed and places orders.</summary>
    /// <param name="context">Bars so far, the account, and where orders go. The same object at every bar.</param>
    void OnBar(StrategyContext context);
}
