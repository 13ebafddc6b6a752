using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Runnel.MarketData;

namespace Runnel.Trading;

/// <summary>Adds the strategy tester to a host that has Runnel.</summary>
public static class TradingBuilderExtensions
{
    /// <summary>Registers the handlers of tasks of the types <c>backtest</c>, <c>portfolio</c>, <c>optimization</c> and <c>data_fetch</c>, their klines and their records.</summary>
    /// <param name="builder">What AddRunnel returned.</param>
    /// <param name="configure">Changes the options bound from "Runnel:Trading".</param>
    public static RunnelBuilder AddBacktesting(this RunnelBuilder builder, Action<TradingOptions>? configure = null)
    {
        IServiceCollection services = builder.Services;
        OptionsBuilder<TradingOptions> options = services.AddOptions<TradingOptions>().BindConfiguration("Runnel:Trading").ValidateOnStart();
        if (configure is not null)
            options.Configure(configure);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TradingOptions>, TradingOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new KlineCache(Options(provider).CacheBytes));
        services.TryAddSingleton(provider => new BybitClient(
            Options(provider).Bybit, provider.GetRequiredService<TimeProvider>(),
            new SharedPacer(provider.GetRequiredService<RunnelClient>(), Options(provider).Bybit, provider.GetRequiredService<TimeProvider>())));
        services.TryAddSingleton(provider => new KlineStore(Options(provider).StorePath, provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new KlineFetcher(provider.GetRequiredService<BybitClient>(), provider.GetRequiredService<KlineStore>()));
        services.TryAddSingleton(provider => KlineSources.Of(
            Options(provider), provider.GetRequiredService<KlineStore>(), provider.GetRequiredService<KlineCache>(), provider.GetRequiredService<BybitClient>,
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new FundingStore(Options(provider).StorePath, provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new InstrumentStore(Options(provider).StorePath, provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new FundingFetcher(provider.GetRequiredService<BybitClient>(), provider.GetRequiredService<FundingStore>()));
        services.TryAddSingleton(provider => FundingSources.Of(
            Options(provider), provider.GetRequiredService<FundingStore>(), provider.GetRequiredService<BybitClient>, provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new MarketSources(provider.GetRequiredService<IKlineSource>(), provider.GetRequiredService<IFundingSource>(),
            new InstrumentSource(provider.GetRequiredService<InstrumentStore>(), Options(provider).AllowBybit ? provider.GetRequiredService<BybitClient> : null)));
        services.TryAddSingleton(provider => new BacktestRecords(Options(provider).RecordsPath, provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new KlineLoader(provider.GetRequiredService<MarketSources>(), Options(provider)));
        services.TryAddSingleton(provider => new BacktestRunner(
            provider.GetRequiredService<BacktestRecords>(), provider.GetRequiredService<KlineLoader>(), provider.GetRequiredService<IOptions<TradingOptions>>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<BacktestRunner>>()));
        services.TryAddSingleton(provider => new KlineDependency(
            provider.GetRequiredService<RunnelClient>(),
            MarketSources.Local(Options(provider), provider.GetRequiredService<KlineStore>(), provider.GetRequiredService<KlineCache>(), provider.GetRequiredService<TimeProvider>()),
            provider.GetRequiredService<BybitClient>(), Options(provider), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new BacktestHandler(provider.GetRequiredService<BacktestRunner>(), provider.GetRequiredService<KlineDependency>()));
        services.TryAddSingleton(provider => new DataFetchHandler(
            provider.GetRequiredService<KlineFetcher>(), provider.GetRequiredService<FundingFetcher>(), provider.GetRequiredService<InstrumentStore>(),
            provider.GetRequiredService<BybitClient>(), provider.GetRequiredService<ILogger<DataFetchHandler>>()));
        services.TryAddSingleton(provider => new PortfolioHandler(provider.GetRequiredService<KlineLoader>(), provider.GetRequiredService<KlineDependency>()));
        AddOptimization(services);
        return builder.AddTaskHandler<BacktestHandler>("backtest")
            .AddTaskHandler<PortfolioHandler>("portfolio")
            .AddTaskHandler<OptimizationHandler>(OptimizationTasks.Type)
            .AddTaskHandler<OptimizationChunkHandler>(OptimizationTasks.ChunkType)
            .AddTaskHandler<DataFetchHandler>(DataFetchPayload.TaskType);
    }

    private static void AddOptimization(IServiceCollection services)
    {
        static Func<RunnelClient> Client(IServiceProvider provider) => provider.GetRequiredService<RunnelClient>;
        services.TryAddSingleton<ChunkRun>(ChunkRunner.RunAsync);
        services.TryAddSingleton(provider => new OptimizationRecords(provider.GetRequiredService<BacktestRecords>(), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new OptimizationSessions(provider.GetRequiredService<KlineLoader>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAffinitySource, OptimizationSessions>(provider => provider.GetRequiredService<OptimizationSessions>()));
        services.TryAddSingleton(provider => new OptimizationResults(provider.GetRequiredService<OptimizationRecords>()));
        services.TryAddSingleton(provider => new ChunkSubmission(
            provider.GetRequiredService<OptimizationRecords>(), Client(provider), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new OptimizationSteps(
            provider.GetRequiredService<OptimizationRecords>(), provider.GetRequiredService<OptimizationSessions>(), provider.GetRequiredService<ChunkSubmission>(),
            provider.GetRequiredService<OptimizationResults>(), provider.GetRequiredService<KlineDependency>(), Client(provider), () => provider.GetRequiredService<IOptions<WorkerOptions>>().Value.Concurrency,
            Options(provider), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<OptimizationSteps>>()));
        services.TryAddSingleton(provider => new OptimizationHandler(provider.GetRequiredService<OptimizationSteps>()));
        services.TryAddSingleton(provider => new OptimizationChunkHandler(
            provider.GetRequiredService<OptimizationRecords>(), provider.GetRequiredService<OptimizationSessions>(), Client(provider), provider.GetRequiredService<ChunkRun>(),
            provider.GetRequiredService<TimeProvider>()));
    }

    private static TradingOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<TradingOptions>>().Value;
}
