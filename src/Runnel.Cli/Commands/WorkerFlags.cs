using System.CommandLine;
using System.Globalization;
using Runnel.Cli.CommandLine;

namespace Runnel.Cli.Commands;

/// <summary>The flags of a worker that the supervisor hands on to its worker processes.</summary>
internal sealed class WorkerFlags
{
    public Option<int?> Concurrency { get; } = new Option<int?>("--concurrency")
    {
        Description = "Tasks that one worker process runs at once, 1 to 1000. Default: the number of processors.",
        HelpName = "N",
    }.Within(1, 1000);

    public Option<long?> MaxTasks { get; } = new Option<long?>("--max-tasks")
    {
        Description = "Attempts after which a worker process drains and is replaced by a fresh one. Default: never.",
        HelpName = "N",
    }.Within(1, long.MaxValue);

    public Option<long?> MaxMemory { get; } = new("--max-memory")
    {
        Description = "Physical memory above which a worker process drains and is replaced: bytes, or a number with K, M or G, from 32M. Default: never.",
        HelpName = "SIZE",
        CustomParser = Parsers.Size("--max-memory", least: 32L << 20),
    };

    public Option<string?> Types { get; } = new("--types")
    {
        Description = "Task types that the workers take; others are left to workers that take them. Default: all that they have handlers for.",
        HelpName = "NAME,…",
    };

    public Option<bool> Diagnostics { get; } = new("--diagnostics")
    {
        Description = "Also run the task types diag.noop, diag.echo, diag.sleep, diag.burn, diag.leak, diag.crash, diag.batch and diag.fail.",
    };

    public Option<string?> Klines { get; } = new("--klines")
    {
        Description = "File or folder with klines (CSV, also .gz) for backtests. Default: what the market-data sources offer.",
        HelpName = "PATH",
    };

    public Option<string?> Plugins { get; } = new("--plugins")
    {
        Description = "Folder with strategies in C# (assemblies), which payloads then ask for by name. They run with this worker's rights. Default: none.",
        HelpName = "DIR",
    };

    public void AddTo(Command command)
    {
        command.Add(Concurrency);
        command.Add(MaxTasks);
        command.Add(MaxMemory);
        command.Add(Types);
        command.Add(Diagnostics);
        command.Add(Klines);
        command.Add(Plugins);
    }

    /// <summary>Null where nobody says.</summary>
    public int? ReadConcurrency(ParseResult parsed, Settings settings) =>
        settings.Number(parsed.GetValue(Concurrency), "RUNNEL_CONCURRENCY", "Runnel:Worker:Concurrency", 1, 1000);

    /// <summary>None for all types.</summary>
    /// <exception cref="RunnelException">What is given is no list of names.</exception>
    public IReadOnlyList<string> ReadTypes(ParseResult parsed, Settings settings)
    {
        if (settings.Text(parsed.GetValue(Types), "RUNNEL_TYPES", "Runnel:Types") is not { } text)
            return [];
        string[] types = text.Split(',', StringSplitOptions.TrimEntries);
        return !types.Any(type => type.Length == 0 || type.Any(char.IsWhiteSpace))
            ? types
            : throw new RunnelException($"--types (or RUNNEL_TYPES, Runnel:Types) is '{text}'; give names of task types with commas between: --types backtest,data_fetch");
    }

    /// <param name="parsed">The command line.</param>
    /// <param name="types">Types that the workers take wherever they run; null where they are this machine's, and read them where this process does.</param>
    /// <exception cref="RunnelException">The klines are not there.</exception>
    public IEnumerable<string> Forward(ParseResult parsed, IReadOnlyList<string>? types = null)
    {
        if (types?.Count > 0)
            yield return $"{Types.Name}={string.Join(',', types)}";
        else if (parsed.GetValue(Types) is { } named)
            yield return $"{Types.Name}={named}";
        if (parsed.GetValue(Concurrency) is { } concurrency)
            yield return $"{Concurrency.Name}={concurrency.ToString(CultureInfo.InvariantCulture)}";
        if (parsed.GetValue(MaxTasks) is { } tasks)
            yield return $"{MaxTasks.Name}={tasks.ToString(CultureInfo.InvariantCulture)}";
        if (parsed.GetValue(MaxMemory) is { } memory)
            yield return $"{MaxMemory.Name}={memory.ToString(CultureInfo.InvariantCulture)}";
        if (parsed.GetValue(Diagnostics))
            yield return Diagnostics.Name;
        if (parsed.GetValue(Klines) is { } klines)
        {
            if (!File.Exists(klines) && !Directory.Exists(klines))
                throw new RunnelException($"--klines is '{klines}', and there is no such file or folder. Give one with klines (CSV or CSV.gz).");
            yield return $"{Klines.Name}={Path.GetFullPath(klines)}";
        }
        if (parsed.GetValue(Plugins) is { } plugins)
        {
            if (!Directory.Exists(plugins))
                throw new RunnelException($"--plugins is '{plugins}', and there is no such folder. Give one with built strategies.");
            yield return $"{Plugins.Name}={Path.GetFullPath(plugins)}";
        }
    }
}
