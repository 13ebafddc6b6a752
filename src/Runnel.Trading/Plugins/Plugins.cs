using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Runnel.Backtesting;

namespace Runnel.Trading;

/// <summary>Strategies in C# from assemblies in a folder. A plug-in is code that runs with the worker's rights: load only what you trust.</summary>
public static class Plugins
{
    private const string EngineName = "Runnel.Backtesting";

    /// <summary>Loads every assembly of a folder (and of the folders in it) that refers to the engine, and registers its public classes that implement
    /// <see cref="IStrategy"/> by name. Call it once, at start.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>What was registered.</returns>
    /// <exception cref="PluginException">There is no such folder or no strategy in it, an assembly is damaged or was built for another version, or two
    /// strategies have one name.</exception>
    public static IReadOnlyList<StrategyInfo> Load(string folder)
    {
        if (!Directory.Exists(folder))
            throw new PluginException($"The folder of plug-ins is '{folder}', and there is none. Create it, or name another.");
        Dictionary<string, (StrategyInfo Info, string File)> found = [];
        foreach (string file in Directory.EnumerateFiles(folder, "*.dll", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (!RefersToEngine(file))
                continue;
            foreach (StrategyInfo info in StrategiesOf(Path.GetFullPath(file)))
            {
                if (!found.TryAdd(info.Name, (info, file)))
                    throw new PluginException($"'{file}' and '{found[info.Name].File}' both have a strategy '{info.Name}'. Rename one, or take one file out of the folder.");
            }
        }

        if (found.Count == 0)
            throw new PluginException($"'{folder}' holds no strategy: no assembly in it has a public class that implements {nameof(IStrategy)}. Build your project and copy its output there.");
        foreach ((StrategyInfo info, string file) in found.Values)
            Register(info, file);
        return [.. found.Values.Select(f => f.Info)];
    }

    private static void Register(StrategyInfo info, string file)
    {
        try
        {
            Strategies.Register(info);
        }
        catch (BacktestInputException e)
        {
            throw new PluginException($"'{file}' has a strategy '{info.Name}', a name that is taken. {e.Remedy}", e);
        }
    }

    private static bool RefersToEngine(string file)
    {
        if (Path.GetFileName(file).StartsWith("Runnel.", StringComparison.OrdinalIgnoreCase) && File.Exists(Path.Combine(AppContext.BaseDirectory, Path.GetFileName(file))))
            return false; // a copy of what the worker has itself
        try
        {
            using FileStream stream = File.OpenRead(file);
            using PEReader image = new(stream);
            if (!image.HasMetadata)
                return false; // native code that a plug-in brings along
            MetadataReader metadata = image.GetMetadataReader();
            AssemblyReference[] engines = [.. metadata.AssemblyReferences.Select(metadata.GetAssemblyReference).Where(r => metadata.GetString(r.Name) == EngineName)];
            if (engines.Length > 0)
                CheckVersion(file, engines[0].Version);
            return engines.Length > 0;
        }
        catch (BadImageFormatException e)
        {
            throw new PluginException($"'{file}' is damaged or no assembly: {e.Message} Build it again, or take it out of the folder.", e);
        }
    }

    private static void CheckVersion(string file, Version wanted)
    {
        Version ours = typeof(IStrategy).Assembly.GetName().Version!;
        if (wanted.Major != ours.Major || wanted > ours)
            throw new PluginException($"'{file}' was built for {EngineName} {wanted}, and this worker has {ours}. Build it against version {ours.Major} of the package.");
    }

    private static List<StrategyInfo> StrategiesOf(string file)
    {
        try
        {
            Assembly assembly = new PluginContext(file).LoadPlugin();
            return [.. assembly.GetExportedTypes().Where(t => typeof(IStrategy).IsAssignableFrom(t) && t is { IsAbstract: false, ContainsGenericParameters: false }).Select(CustomStrategy.Describe)];
        }
        catch (ArgumentException e) when (e is not BacktestInputException)
        {
            throw new PluginException($"'{file}' has a strategy that cannot be used: {e.Message}", e);
        }
        catch (Exception e) when (e is TypeLoadException or ReflectionTypeLoadException or MissingMemberException or FileNotFoundException or FileLoadException or BadImageFormatException)
        {
            string problem = e is ReflectionTypeLoadException { LoaderExceptions: [{ } first, ..] } ? first.Message : e.Message;
            throw new PluginException($"'{file}' cannot be loaded: {problem} Build it against the version of {EngineName} that this worker has, and copy all of its output.", e);
        }
    }
}
