namespace Runnel.Trading;

/// <summary>What a task of type <c>data_fetch</c> brings.</summary>
internal enum DataFetchKind
{
    /// <summary>Bars of traded prices.</summary>
    Klines,

    /// <summary>Bars of the mark price.</summary>
    MarkPrice,

    /// <summary>Bars of the index price.</summary>
    IndexPrice,

    /// <summary>Funding payments.</summary>
    Funding,

    /// <summary>Steps and minima of an instrument's orders.</summary>
    Instrument,
}
