using System.Text;
using System.Text.Json;

namespace Runnel.Optimization.Tests.Spaces;

public sealed class PointTests
{
    [Fact]
    public void Trials_and_results_are_short_in_json_and_come_back_to_the_bit()
    {
        Trial trial = new(17, new Point(5, 0.1 + 0.2, double.NaN)), part = trial with { Budget = 0.25 };
        TrialResult result = new(17, 1.0 / 3, double.NaN);

        string[] written = [JsonSerializer.Serialize(trial), JsonSerializer.Serialize(part), JsonSerializer.Serialize(result)];

        Assert.Equal(["[17,[5,0.30000000000000004,null]]", "[17,[5,0.30000000000000004,null],0.25]", "[17,0.3333333333333333,null]"], written);
        Assert.Equal(trial, JsonSerializer.Deserialize<Trial>(written[0]));
        Assert.Equal(part, JsonSerializer.Deserialize<Trial>(written[1]));
        Assert.Equal(result.Values, JsonSerializer.Deserialize<TrialResult>(written[2])!.Values);
        Assert.Equal([trial, part], JsonSerializer.Deserialize<Trial[]>($"[{written[0]},{written[1]}]")!);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("[\"x\",[1]]")]
    public void Refuses_json_that_is_no_trial(string json) => Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Trial>(json));

    [Fact]
    public void Names_its_values_for_the_strategy_without_those_that_have_no_part()
    {
        ParameterSpace space = new([new ChoiceParameter("kind", [ParameterValue.Of("ema"), ParameterValue.Of("sma")]), new IntParameter("fast", 1, 9),
            new FloatParameter("stop", 0, 1) { When = "kind == 'sma'" }]);
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
            space.WriteNamed(writer, space.Normalize([0, 5, 0.5]));

        Assert.Equal("""{"kind":"ema","fast":5}""", Encoding.UTF8.GetString(stream.ToArray()));
    }
}
