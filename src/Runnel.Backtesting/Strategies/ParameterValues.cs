namespace Runnel.Backtesting;

internal sealed class ParameterValues(IReadOnlyDictionary<string, double> values)
{
    public IReadOnlyDictionary<string, double> All => values;

    public double this[string name] => values[name];

    public int Int(string name) => (int)values[name];

    public void RequireLess(string smaller, string larger)
    {
        if (values[smaller] >= values[larger])
        {
            throw new BacktestInputException($"params.{smaller}", values[smaller],
                $"Give less than {larger}, which is {values[larger]}: the {smaller} one has to react sooner.");
        }
    }
}
