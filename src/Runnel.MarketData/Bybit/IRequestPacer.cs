namespace Runnel.MarketData;

/// <summary>Spaces requests to the exchange. Members may be called from several threads at once.</summary>
public interface IRequestPacer
{
    /// <summary>Waits until one more request may be sent.</summary>
    Task WaitAsync(CancellationToken cancellationToken);

    /// <summary>Lets nobody send for a while: the exchange said that it is too much.</summary>
    Task HoldAsync(TimeSpan span, CancellationToken cancellationToken);
}
