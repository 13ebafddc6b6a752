using System.Text;
using System.Text.Json;
using Runnel.Composition;

namespace Runnel.Tests.Composition;

public sealed class MergePatchTests
{
    /// <summary>RFC 7396, appendix A.</summary>
    [Theory]
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"a":null}""", """{}""")]
    [InlineData("""{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}""")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"c"}""", """{"a":["b"]}""", """{"a":["b"]}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""["a","b"]""", """["c","d"]""", """["c","d"]""")]
    [InlineData("""{"a":"b"}""", """["c"]""", """["c"]""")]
    [InlineData("""{"a":"foo"}""", "null", "null")]
    [InlineData("""{"a":"foo"}""", "\"bar\"", "\"bar\"")]
    [InlineData("""{"e":null}""", """{"a":1}""", """{"e":null,"a":1}""")]
    [InlineData("[1,2]", """{"a":"b","c":null}""", """{"a":"b"}""")]
    [InlineData("{}", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    public void Follows_the_standards_examples(string target, string patch, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(MergePatch.Apply(JsonSerializer.Deserialize<JsonElement>(target), Encoding.UTF8.GetBytes(patch))));

    [Fact]
    public void Leaves_numbers_and_text_of_the_base_as_they_were_written()
    {
        JsonElement target = JsonSerializer.Deserialize<JsonElement>("""{"price":0.10000000000000001,"exact":1e400,"name":"é\u0000"}""");

        string merged = Encoding.UTF8.GetString(MergePatch.Apply(target, """{"n":12345678901234567890}"""u8));

        Assert.Contains("\"price\":0.10000000000000001,\"exact\":1e400,", merged, StringComparison.Ordinal);
        Assert.EndsWith(",\"n\":12345678901234567890}", merged, StringComparison.Ordinal);
        Assert.Equal("é\0", JsonSerializer.Deserialize<JsonElement>(merged).GetProperty("name").GetString());
    }
}
