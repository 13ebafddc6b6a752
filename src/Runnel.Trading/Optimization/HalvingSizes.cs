namespace Runnel.Trading;

/// <summary>How successive halving goes on.</summary>
/// <param name="Points">How many points start; Hyperband works them out itself.</param>
/// <param name="FirstBudget">Fraction of the range on which the first bracket starts.</param>
/// <param name="Factor">Of a rung's points one in so many goes on, to a range so many times as long.</param>
internal sealed record HalvingSizes(int Points, double FirstBudget, int Factor);
