using System.Net;

namespace Runnel.MarketData;

/// <summary>What each refusal of the exchange means and what to do about it.</summary>
internal static class BybitErrors
{
    public static BybitException FromCode(int code, string message, string request, TimeSpan? retryAfter) => new(
        $"Bybit refused {request}: {message} (retCode {code}). {Remedy(code)}", code is 10000 or 10006 or 10016, code, retryAfter);

    public static BybitException FromStatus(HttpStatusCode status, string request, TimeSpan? retryAfter)
    {
        bool transient = status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout || (int)status >= 500;
        string remedy = status switch
        {
            HttpStatusCode.Forbidden => "This address asked too often (stop all that asks and wait ten minutes) or is in a region that this host does not "
                + "serve (set Runnel:Trading:Bybit:BaseAddress to a host of your region).",
            HttpStatusCode.NotFound => "There is no such path: check Runnel:Trading:Bybit:BaseAddress.",
            HttpStatusCode.ProxyAuthenticationRequired => "The proxy wants a login: check Runnel:Trading:Bybit:Proxy or HTTPS_PROXY.",
            _ => transient ? "That usually passes; try again later." : "Check Runnel:Trading:Bybit:BaseAddress and what stands between.",
        };
        return new BybitException($"Bybit answered HTTP {(int)status} to {request}. {remedy}", transient, retryAfter: retryAfter);
    }

    private static string Remedy(int code) => code switch
    {
        10000 => "Its server timed out; try again later.",
        10001 => "Check symbol, category and interval: the exchange has no such combination, or a parameter is out of its range.",
        10002 => "Set this machine's clock: it is too far from the exchange's.",
        10003 or 10004 or 10005 => "Market data needs no key: check that the base address is the exchange's and that no proxy adds one.",
        10006 => "Too many requests; fewer at once, or try again later.",
        10009 => "The exchange does not serve this region; set Runnel:Trading:Bybit:BaseAddress to a host of your region.",
        10016 => "Its server failed; try again later.",
        10017 or 10018 => "The path is gone: check Runnel:Trading:Bybit:BaseAddress, or update Runnel.",
        10029 => "The symbol is not open to requests; choose another.",
        _ => "Look the code up in the exchange's list of error codes.",
    };
}
