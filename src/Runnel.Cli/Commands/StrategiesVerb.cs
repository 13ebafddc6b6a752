using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Runnel.Backtesting;
using Runnel.Cli.CommandLine;
using Runnel.Cli.Output;
using Runnel.Trading;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel strategies list|show</c>: what a backtest can run, with ranges and defaults.</summary>
internal static class StrategiesVerb
{
    public static Command Create() => new("strategies", "List the strategies that backtests know by name, or show one with its parameters.")
    {
        List(), Show(),
    };

    private static Command List()
    {
        Option<bool> json = CommonOptions.Json();
        Option<string?> plugins = Plugins();
        Command command = new("list", "List all: name, parameters with their defaults, and what they do.") { json, plugins };
        command.SetAction(parsed =>
        {
            Load(parsed.GetValue(plugins));
            if (parsed.GetValue(json))
                JsonViews.Print(new JsonArray([.. Strategies.All.Select(info => (JsonNode)StrategyViews.Summary(info)).Append(StrategyViews.DeclaredSummary())]));
            else
                TextOutput.Table(["name", "parameters", "title"], [.. Strategies.All.Select(Row), [DeclaredStrategy.Name, "your own", "Rules declared in the payload"]]);
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Show()
    {
        Argument<string> name = new("NAME") { Description = "Its name, loosely: \"EMA Crossover\" is ema_cross. 'declared' shows what a declaration takes." };
        Option<bool> json = new("--json") { Description = "Print it with the JSON schema of its strategy_config." };
        Option<string?> plugins = Plugins();
        Command command = new("show", "Show one strategy: what it does, and each parameter with default and range.") { name, json, plugins };
        command.SetAction(parsed =>
        {
            Load(parsed.GetValue(plugins));
            string wanted = parsed.GetRequiredValue(name);
            bool isDeclared = wanted.Equals(DeclaredStrategy.Name, StringComparison.OrdinalIgnoreCase) || wanted.Equals("expression", StringComparison.OrdinalIgnoreCase);
            if (isDeclared)
                ShowDeclared(parsed.GetValue(json));
            else
                Show(Find(wanted), parsed.GetValue(json));
            return ExitCodes.Success;
        });
        return command;
    }

    private static void Show(StrategyInfo info, bool json)
    {
        if (json)
        {
            JsonObject document = StrategyViews.Summary(info);
            document["schema"] = StrategySchema.Of(info);
            JsonViews.Print(document);
            return;
        }

        TextOutput.Fields(
        [
            ("name", info.Name), ("title", info.Title), ("also", info.Aliases.Count == 0 ? null : string.Join(", ", info.Aliases)),
            ("directions", string.Join(", ", info.Directions.Select(StrategyViews.Of))), ("what", info.Summary),
        ]);
        if (info.Parameters.Count == 0)
            return;
        Console.Out.WriteLine();
        TextOutput.Table(["parameter", "default", "range", "what it sets"], [.. info.Parameters.Select(p => new[]
        {
            p.Name, Number(p.Default), $"{Number(p.Minimum)} to {Number(p.Maximum)}{(p.IsInteger ? ", whole" : "")}", p.Description,
        })]);
    }

    private static void ShowDeclared(bool json)
    {
        if (json)
        {
            JsonObject document = StrategyViews.DeclaredSummary();
            document["schema"] = StrategySchema.OfDeclared();
            JsonViews.Print(document);
            return;
        }

        TextOutput.Fields([("name", DeclaredStrategy.Name), ("what", "Rules written as expressions in strategy_config: params, let, require, entry, exit, limit, stop, good_for_bars, stop_loss, take_profit, trailing_stop, size, max_open.")]);
        Console.Out.WriteLine();
        TextOutput.Table(["word", "what it is"], [.. DeclaredStrategy.Vocabulary.Select(w => new[] { w.Signature, w.Summary })]);
    }

    private static StrategyInfo Find(string name)
    {
        try
        {
            return Strategies.Find(name);
        }
        catch (BacktestInputException e)
        {
            throw new RunnelException($"There is no strategy '{name}'. {e.Remedy}", e);
        }
    }

    private static Option<string?> Plugins() => new("--plugins") { Description = "Folder with strategies in C#, which are listed too.", HelpName = "DIR" };

    private static void Load(string? plugins)
    {
        if (plugins is not null)
            Trading.Plugins.Load(plugins);
    }

    private static string[] Row(StrategyInfo info) => [info.Name, string.Join(", ", info.Parameters.Select(p => $"{p.Name} {Number(p.Default)}")), info.Title];

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
}
