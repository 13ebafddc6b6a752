using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;

namespace Runnel.Reports.Tests.Html;

/// <summary>A headless Chromium; a test that needs one is skipped where there is none.</summary>
internal sealed class Browser : IDisposable
{
    private readonly ChromeDriver driver;

    private Browser(ChromeDriver driver) => this.driver = driver;

    public static Browser OrSkip(int width, int height, bool dark)
    {
        string? program = OnPath("chromium", "chromium-browser", "google-chrome"), service = OnPath("chromedriver");
        if (program is null || service is null)
            Assert.Skip("No Chromium with its driver is here: apt-get install chromium chromium-driver.");
        ChromeOptions options = new() { BinaryLocation = program };
        options.AddArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", $"--window-size={width},{height}");
        options.SetLoggingPreference(LogType.Browser, LogLevel.All);
        ChromeDriver driver = new(ChromeDriverService.CreateDefaultService(service), options, TimeSpan.FromSeconds(60));
        driver.ExecuteCdpCommand("Emulation.setDeviceMetricsOverride",
            new() { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = width < 600 });
        driver.ExecuteCdpCommand("Emulation.setEmulatedMedia", new()
        {
            ["features"] = new[] { new Dictionary<string, object> { ["name"] = "prefers-color-scheme", ["value"] = dark ? "dark" : "light" } },
        });
        return new Browser(driver);
    }

    public IReadOnlyList<string> Console => [.. driver.Manage().Logs.GetLog(LogType.Browser).Select(entry => $"{entry.Level}: {entry.Message}")];

    public void Open(string file) => driver.Navigate().GoToUrl(new Uri(file).AbsoluteUri);

    /// <summary>Runs a function's body in the page once the next two frames are drawn, and gives what it returns.</summary>
    public T Evaluate<T>(string script) => (T)driver.ExecuteAsyncScript(
        $"const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done((() => {{ {script} }})())));")!;

    public void Click(string selector) => driver.FindElement(By.CssSelector(selector)).Click();

    public void Dispose() => driver.Dispose();

    private static string? OnPath(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            foreach (string folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
            {
                if (File.Exists(Path.Combine(folder, name)))
                    return Path.Combine(folder, name);
            }
        }

        return null;
    }
}
