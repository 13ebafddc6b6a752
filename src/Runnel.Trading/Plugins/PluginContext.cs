using System.Reflection;
using System.Runtime.Loader;

namespace Runnel.Trading;

/// <summary>Where one plug-in and what it brings along are loaded. What the worker has itself (the engine, the runtime) comes from the
/// worker, so that a strategy of the plug-in is one of the engine's.</summary>
internal sealed class PluginContext(string file) : AssemblyLoadContext($"plug-in {Path.GetFileName(file)}")
{
    private readonly AssemblyDependencyResolver resolver = new(file);

    public Assembly LoadPlugin() => LoadFromAssemblyPath(file);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        bool isOurs = Default.Assemblies.Any(a => a.GetName().Name == assemblyName.Name) || assemblyName.Name!.StartsWith("Runnel", StringComparison.Ordinal);
        if (isOurs)
            return null;
        string beside = Path.Combine(Path.GetDirectoryName(file)!, assemblyName.Name + ".dll");
        string? found = resolver.ResolveAssemblyToPath(assemblyName) ?? (File.Exists(beside) ? beside : null);
        return found is null ? null : LoadFromAssemblyPath(found);
    }

    protected override IntPtr LoadUnmanagedDll(string unmanagedDllName) =>
        resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } found ? LoadUnmanagedDllFromPath(found) : IntPtr.Zero;
}
