using System.CommandLine;
using Runnel.Cli.CommandLine;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel data</c>: the klines and funding rates on this machine.</summary>
internal static class DataVerb
{
    public static Command Create(CommonOptions common) => new("data", "Look after the store of klines and funding rates: fetch, list, check, bring in and give out.")
    {
        DataFetchVerb.Create(common), DataListVerbs.CreateList(common), DataListVerbs.CreateInfo(common), DataCheckVerbs.CreateGaps(common), DataCheckVerbs.CreateVerify(common),
        DataCheckVerbs.CreateRepair(common), DataFileVerbs.CreateImport(common), DataFileVerbs.CreateExport(common), DataFileVerbs.CreateRemove(common), DataInstrumentsVerb.Create(common),
    };
}
