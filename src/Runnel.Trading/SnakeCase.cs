using System.Text.Json;

namespace Runnel.Trading;

internal static class SnakeCase
{
    public static string Of(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
