using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Runnel.Backtesting;

namespace Runnel.Trading.Tests.Declared;

/// <summary>Mutated payloads: each is an error with a message or a strategy, and never anything else.</summary>
public sealed class DeclarationFuzzTests
{
    private const string Variable = "RUNNEL_FUZZ_INPUTS"; // how many inputs; more of them are other ones
    private const long MostBytes = 64 << 20; // to read one input of at most some kilobytes
    private const int RunEvery = 40; // of the strategies that come out, how many are run

    private static readonly string[] Seeds =
    [
        """{"name":"declared","params":{"fast":10,"slow":30},"let":{"quick":"ema(close, fast)","bands":"bollinger(close, 20, 2)"},"require":"fast < slow","entry":{"long":"cross_above(quick, ema(close, slow)) and rsi(close, 14) < 70","short":"close < bands.lower[1] or not (volume > 0)"},"exit":"bars_since_entry > 5","stop_loss":{"percent":"1 + 1"},"size":{"risk":0.01}}""",
        """{"entry":"interval(\"4h\", macd(close, 12, 26, 9).histogram) > 0 and count(close > open, 5) >= 3","exit":{"long":"if(side > 0, close < sma(20), false)"},"take_profit":{"distance":{"long":"3*atr(14)","short":"2"}},"trailing_stop":"max(1, atr(14), abs(-2.5e1))","max_open":3}""",
        """{"strategy_type":"expression","ranges":{"n":[1,9]},"parameters":{"n":3},"entry":{"long":"flat && change(hlc3, n) > -1e-3 || bars_since(cross(close, vwap())) == 2"},"exit":{"long":"entry_price * 1.02 < close and hour != 3"}}""",
    ];

    private static readonly string[] Pieces =
    [
        "(", ")", "[", "]", "{", "}", ".", ",", "\"", "\\", "'", "and", " or ", "not ", "close", "ema(", "interval(\"1d\",", "[1]", "[-1]", ".upper", "1e308", "1e999", "0", "-", "--", "NaN",
        "true", "null", "let", "long", "fast", "quick", "==", "!=", "<", "=", "&&", "%", "\u0000", "é", "😀", "\ud800", "sma(close,", "999999999999", "0.5", ":", "entry", "prev(", "max(", "if(", " ",
    ];

    [Fact]
    public void Every_mutated_input_is_an_error_with_a_message_or_a_strategy_that_runs()
    {
        int inputs = int.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out int given) ? given : 100_000;
        Klines klines = Market();
        Random random = new(20240607);
        int strategies = 0, errors = 0, noJson = 0;
        long most = 0;
        TimeSpan slowest = TimeSpan.Zero;
        string slowestText = "";
        for (int i = 0; i < inputs; i++)
        {
            string text = Mutated(random);
            if (Parsed(text) is not { } json)
            {
                noJson++;
                continue;
            }

            long started = Stopwatch.GetTimestamp(), allocated = GC.GetAllocatedBytesForCurrentThread();
            Strategy? strategy = null;
            try
            {
                strategy = BacktestPlan.Of(json).Strategy;
                strategies++;
            }
            catch (PayloadException e)
            {
                errors++;
                Assert.NotEmpty(e.Fields);
                Assert.InRange(e.Message.Length, 10, 20_000);
            }
            catch (Exception e)
            {
                Assert.Fail($"Input {i} threw {e.GetType().Name} ({e.Message}): {text}\n{e.StackTrace}");
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            Assert.True(allocated < MostBytes, $"Input {i} took {allocated} bytes to read: {text}");
            most = Math.Max(most, allocated);
            if (strategy is not null && strategies % RunEvery == 0)
                Run(klines, strategy, text, i);
            TimeSpan taken = Stopwatch.GetElapsedTime(started);
            if (taken > slowest)
                (slowest, slowestText) = (taken, text);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{inputs} inputs: {strategies} strategies, {errors} errors, {noJson} no JSON; at most {most / 1024} KiB; slowest {slowest.TotalMilliseconds:0} ms: {slowestText}");
        Assert.True(strategies > inputs / 100 && errors > inputs / 4, $"{strategies} strategies, {errors} errors, {noJson} no JSON: the mutations miss their aim.");
    }

    private static void Run(Klines klines, Strategy strategy, string text, int input)
    {
        try
        {
            Backtest.RunStatistics(klines, strategy, new BacktestSettings { Direction = strategy.Info.Directions[0] }, TestContext.Current.CancellationToken);
        }
        catch (BacktestInputException)
        {
            return; // an interval that these bars do not fill, for instance
        }
        catch (Exception e)
        {
            Assert.Fail($"Input {input} threw {e.GetType().Name} ({e.Message}) when run: {text}\n{e.StackTrace}");
        }
    }

    private static JsonElement? Parsed(string config)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(
                $$"""{"backtest_id":"b","strategy_config":{{config}},"symbol":"BTCUSDT","interval":"1h","start_date":"2024-01-01","end_date":"2024-07-01","initial_capital":10000}""");
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Mutates the text of a rule, which stays JSON, or the document itself, which may not.</summary>
    private static string Mutated(Random random)
    {
        string seed = Seeds[random.Next(Seeds.Length)];
        if (random.Next(6) == 0)
            return Clean(Change(random, seed, 1 + random.Next(4)));
        Dictionary<string, JsonElement> fields = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(seed)!;
        string name = fields.Keys.ElementAt(random.Next(fields.Count));
        string donor = Rules(Seeds[random.Next(Seeds.Length)], random);
        string rule = random.Next(3) switch { 0 => donor, 1 => Rules(seed, random), _ => Rules(seed, random)[..^1] + donor };
        string changed = Change(random, rule, random.Next(5));
        fields[random.Next(3) == 0 ? name : "entry"] = JsonSerializer.SerializeToElement(Clean(changed));
        return JsonSerializer.Serialize(fields);
    }

    private static string Rules(string seed, Random random)
    {
        JsonElement entry = JsonSerializer.Deserialize<JsonElement>(seed).GetProperty("entry");
        string[] rules = entry.ValueKind == JsonValueKind.String ? [entry.GetString()!] : [.. entry.EnumerateObject().Select(p => p.Value.GetString()!)];
        return rules[random.Next(rules.Length)];
    }

    private static string Change(Random random, string text, int times)
    {
        StringBuilder built = new(text);
        for (int i = 0; i < times; i++)
        {
            int at = random.Next(built.Length + 1), length = Math.Min(random.Next(8), built.Length - at);
            switch (random.Next(6))
            {
                case 0:
                    built.Remove(at, length);
                    break;
                case 1:
                    built.Insert(at, Pieces[random.Next(Pieces.Length)]);
                    break;
                case 2:
                    built.Remove(at, length).Insert(at, Pieces[random.Next(Pieces.Length)]);
                    break;
                case 3:
                    built.Insert(at, built.ToString(at, Math.Min(random.Next(40), built.Length - at)));
                    break;
                case 4:
                    string repeated = string.Concat(Enumerable.Repeat(Pieces[random.Next(Pieces.Length)], random.Next(1, 200)));
                    built.Insert(at, repeated);
                    break;
                default:
                    if (at < built.Length)
                        built[at] = (char)random.Next(32, 127);
                    break;
            }
        }

        return built.ToString();
    }

    // Half of a pair of surrogates cannot stand in JSON.
    private static string Clean(string text) => string.Concat(text.Where(c => !char.IsSurrogate(c)));

    private static Klines Market()
    {
        Random random = new(3);
        long[] times = new long[400];
        double[] open = new double[400], high = new double[400], low = new double[400], close = new double[400], volume = new double[400];
        double last = 100;
        for (int i = 0; i < times.Length; i++)
        {
            times[i] = 1_700_000_000_000 / 3_600_000 * 3_600_000 + i * 3_600_000L;
            (open[i], close[i]) = (last, last * (0.98 + 0.04 * random.NextDouble()));
            (high[i], low[i], volume[i]) = (Math.Max(open[i], close[i]) * 1.002, Math.Min(open[i], close[i]) * 0.998, random.Next(0, 50));
            last = close[i];
        }

        return new Klines("FUZZ", times, open, high, low, close, volume);
    }
}
