using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Runnel.Cli.CommandLine;
using Runnel.MarketData;

namespace Runnel.Cli.Commands;

/// <summary>The flags that make up the request of a backtest or portfolio: each sets a field of the payload, over a whole one if that is given.</summary>
internal sealed class BacktestFlags
{
    private readonly Option<string?> payload = Text("--payload", "JSON|@FILE|-",
        "The request as the task's payload: JSON, @FILE to read it from a file, or - for standard input. Other flags set single fields of it.");

    private readonly Option<string?> strategy = Text("--strategy", "NAME", "Name of a strategy, for instance sma_crossover.");

    private readonly Option<string[]> parameters = new("--param")
    {
        Description = "A parameter of the strategy, for instance --param fast=10; once for each.",
        HelpName = "NAME=NUMBER",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> symbol = Text("--symbol", "SYMBOL", "Instrument, for instance BTCUSDT. Default: as the file of klines is called.");

    private readonly Option<string[]> symbols = new("--symbol")
    {
        Description = "Instruments, for instance --symbol BTCUSDT=0.5 --symbol ETHUSDT; with the largest share of the equity, or an equal part of what the others leave.",
        HelpName = "SYMBOL[=SHARE]",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> interval = Text("--interval", "INTERVAL", "Length of a bar, 1m to 1M. Default: as the file of klines is called.");
    private readonly Option<string?> from = Text("--from", "DATE", "The first bar opens at or after it (UTC). Default: the first bar of the file of klines.");
    private readonly Option<string?> to = Text("--to", "DATE", "The last bar opens before it (UTC). Default: the end of the file of klines.");

    private readonly Option<double?> capital = new("--capital")
    {
        Description = "Cash before the first bar, in quote currency. Default: 10000.",
        HelpName = "CASH",
    };

    private readonly Option<string[]> fields = new("--set")
    {
        Description = "Any other field of the payload, for instance --set commission=0.001 --set direction=long_short; once for each. The value is JSON, or text.",
        HelpName = "FIELD=VALUE",
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary>Whether the request is that of a portfolio: several symbols, and no id.</summary>
    public bool OfPortfolio { get; init; }

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { strategy, parameters, OfPortfolio ? symbols : symbol, interval, from, to, capital, fields, payload })
            command.Add(option);
        foreach (Option<string[]> pairs in new[] { parameters, fields })
        {
            pairs.Validators.Add(result =>
            {
                foreach (Token token in result.Tokens)
                {
                    if (token.Value.IndexOf('=', StringComparison.Ordinal) <= 0)
                        result.AddError($"{pairs.Name} is '{token.Value}'; give {pairs.HelpName}.");
                }
            });
        }
    }

    /// <summary>The payload that the flags ask for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="klinesFile">A file of klines whose name and bars stand in for flags that are left out; null for none.</param>
    /// <exception cref="RunnelException">The payload cannot be read or is not JSON.</exception>
    /// <exception cref="MarketDataException">The file of klines cannot be read.</exception>
    public async Task<JsonElement> ReadAsync(ParseResult parsed, string? klinesFile)
    {
        JsonObject request = await ReadPayloadAsync(parsed);
        if (parsed.GetValue(strategy) is { } name)
            request["strategy_config"] = new JsonObject { ["name"] = name, ["params"] = new JsonObject() };
        if (parsed.GetValue(parameters) is { Length: > 0 } pairs)
            SetParameters(request, pairs);
        if (!OfPortfolio)
            Set(request, "symbol", parsed.GetValue(symbol));
        else if (parsed.GetValue(symbols) is { Length: > 0 } members)
            request["symbols"] = new JsonArray([.. members.Select(Member)]);
        Set(request, "interval", parsed.GetValue(interval));
        Set(request, "start_date", parsed.GetValue(from));
        Set(request, "end_date", parsed.GetValue(to));
        if (parsed.GetValue(capital) is { } cash)
            request["initial_capital"] = cash;
        foreach (string pair in parsed.GetValue(fields) ?? [])
        {
            (string field, JsonNode? value) = Pair(pair);
            request[field] = value;
        }

        if (klinesFile is not null)
            FillFrom(klinesFile, request);
        request.TryAdd("initial_capital", 10_000);
        if (!OfPortfolio)
            request.TryAdd("backtest_id", $"{request["strategy_config"]?["name"]}-{request["symbol"]}-{request["interval"]}");
        return JsonSerializer.SerializeToElement(request);
    }

    private static Option<string?> Text(string name, string helpName, string description) => new(name) { Description = description, HelpName = helpName };

    private async Task<JsonObject> ReadPayloadAsync(ParseResult parsed)
    {
        if (await TaskFlags.ReadPayloadAsync(parsed.GetValue(payload)) is not { } json)
            return [];
        try
        {
            return JsonNode.Parse(json) as JsonObject ?? throw new RunnelException("--payload is not a JSON object. Give {\"strategy_config\": …, …} as docs/backtest-payload.md says.");
        }
        catch (Exception e) when (e is JsonException or ArgumentException) // ArgumentException: a name given twice
        {
            throw new RunnelException($"--payload is not JSON: {e.Message}", e);
        }
    }

    private static void SetParameters(JsonObject request, string[] pairs)
    {
        request.TryAdd("strategy_config", new JsonObject());
        if (request["strategy_config"] is not JsonObject config)
            return; // refused later, with what to give
        if (config["params"] is not JsonObject values)
            config["params"] = values = [];
        foreach (string pair in pairs)
        {
            (string name, JsonNode? value) = Pair(pair);
            values[name] = value;
        }
    }

    private static void Set(JsonObject request, string field, string? value)
    {
        if (value is not null)
            request[field] = value;
    }

    private static JsonNode? Member(string text)
    {
        if (!text.Contains('=', StringComparison.Ordinal))
            return text;
        (string name, JsonNode? share) = Pair(text);
        return new JsonObject { ["symbol"] = name, ["share"] = share };
    }

    private static (string Name, JsonNode? Value) Pair(string pair)
    {
        int at = pair.IndexOf('=', StringComparison.Ordinal);
        string text = pair[(at + 1)..];
        try
        {
            return (pair[..at], JsonNode.Parse(text));
        }
        catch (JsonException)
        {
            return (pair[..at], text);
        }
    }

    private static void FillFrom(string path, JsonObject request)
    {
        if (KlineFileName.TryParse(path, out KlineFileName? name))
        {
            request.TryAdd("symbol", name.Symbol);
            request.TryAdd("interval", name.Interval.Name);
            request.TryAdd("category", name.Category.ToString().ToLowerInvariant());
        }

        if (request.ContainsKey("start_date") && request.ContainsKey("end_date"))
            return;
        ReadOnlySpan<long> times = CsvKlineReader.Read(path, "any").OpenTimes;
        request.TryAdd("start_date", Moment(times[0]));
        request.TryAdd("end_date", Moment(times[^1] + 1000)); // the last bar opens before it
    }

    private static string Moment(long time) =>
        DateTimeOffset.FromUnixTimeMilliseconds(time).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
