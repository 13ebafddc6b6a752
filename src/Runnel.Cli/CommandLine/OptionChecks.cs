using System.CommandLine;
using System.Numerics;

namespace Runnel.Cli.CommandLine;

internal static class OptionChecks
{
    /// <summary>Refuses a number outside of a range, naming option, value and range.</summary>
    public static Option<T?> Within<T>(this Option<T?> option, T least, T most)
        where T : struct, INumber<T>
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && T.TryParse(result.Tokens[0].Value, null, out T value) && (value < least || value > most))
                result.AddError($"{option.Name} is {value}; give {least} to {most}.");
        });
        return option;
    }
}
