namespace Runnel.Redis;

/// <summary>The Lua files that scripts share, in the order in which they build on each other.</summary>
internal static class ScriptLibraries
{
    /// <summary>For scripts that store or look for results.</summary>
    public static readonly string[] Results = ["lib-results.lua"];

    /// <summary>For scripts that make stream entries anew.</summary>
    public static readonly string[] Entry = ["lib-entry.lua"];

    /// <summary>For scripts that admit tasks or put them into lanes.</summary>
    public static readonly string[] Flow =
        [.. Entry, "lib-flow-rules.lua", "lib-flow-lanes.lua", "lib-flow-admission.lua", "lib-flow-parking.lua",
            "lib-flow-sweep.lua", "lib-flow.lua"];

    /// <summary>For scripts that end tasks: what these held is given up, and what waited for them goes on.</summary>
    public static readonly string[] Ending = ["lib-unique.lua", .. Flow, "lib-ended.lua", "lib-family.lua"];

    /// <summary>For scripts that take waiting tasks off their place, wherever that is.</summary>
    public static readonly string[] Taking = [.. Ending, "lib-place.lua"];

    /// <summary>For scripts that cancel tasks.</summary>
    public static readonly string[] Cancelling = [.. Taking, .. Results, "lib-cancel.lua"];
}
