using Microsoft.EntityFrameworkCore;

namespace Runnel.Trading;

internal sealed class RecordsContext(DbContextOptions<RecordsContext> options) : DbContext(options)
{
    public DbSet<BacktestRow> Backtests => Set<BacktestRow>();

    public DbSet<TradeRow> Trades => Set<TradeRow>();

    public DbSet<OptimizationRow> Optimizations => Set<OptimizationRow>();

    public DbSet<ChunkRow> Chunks => Set<ChunkRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<BacktestRow>(table =>
        {
            table.ToTable("backtests");
            table.HasKey(row => row.Id);
            table.HasIndex(row => new { row.State, row.FinishedAt });
            foreach (var property in table.Metadata.GetProperties())
                property.SetColumnName(SnakeCase.Of(property.Name));
        });
        modelBuilder.Entity<TradeRow>(table =>
        {
            table.ToTable("trades");
            table.HasKey(row => new { row.BacktestId, row.Number });
            table.HasOne<BacktestRow>().WithMany().HasForeignKey(row => row.BacktestId).OnDelete(DeleteBehavior.Cascade);
            foreach (var property in table.Metadata.GetProperties())
                property.SetColumnName(SnakeCase.Of(property.Name));
        });
        modelBuilder.Entity<OptimizationRow>(table =>
        {
            table.ToTable("optimizations");
            table.HasKey(row => row.Id);
            foreach (var property in table.Metadata.GetProperties())
                property.SetColumnName(SnakeCase.Of(property.Name));
        });
        modelBuilder.Entity<ChunkRow>(table =>
        {
            table.ToTable("optimization_chunks");
            table.HasKey(row => new { row.OptimizationId, row.Number });
            table.HasOne<OptimizationRow>().WithMany().HasForeignKey(row => row.OptimizationId).OnDelete(DeleteBehavior.Cascade);
            foreach (var property in table.Metadata.GetProperties())
                property.SetColumnName(SnakeCase.Of(property.Name));
        });
    }
}
