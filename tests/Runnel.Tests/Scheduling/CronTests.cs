using CsCheck;
using Runnel.Scheduling;

namespace Runnel.Tests.Scheduling;

public sealed class CronTests
{
    [Theory]
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00Z", "2026-03-29T01:00Z", "2026-03-30T00:30Z")]
    [InlineData("30 2 * * *", "America/New_York", "2026-03-07T12:00Z", "2026-03-08T07:00Z", "2026-03-09T06:30Z")]
    public void A_time_that_the_clock_jumps_over_fires_right_after_the_gap(string cron, string zone, string after, string first, string second) =>
        Assert.Equal([At(first), At(second)], Of(cron, zone).NextFireTimes(At(after), 2));

    [Theory]
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00Z", "2026-10-25T00:30Z", "2026-10-26T01:30Z")]
    [InlineData("30 1 * * *", "America/New_York", "2026-10-31T12:00Z", "2026-11-01T05:30Z", "2026-11-02T06:30Z")]
    public void A_time_of_day_that_the_clock_repeats_fires_once(string cron, string zone, string after, string first, string second) =>
        Assert.Equal([At(first), At(second)], Of(cron, zone).NextFireTimes(At(after), 2));

    [Theory]
    [InlineData("Europe/Berlin", "2026-10-24T23:45Z")]
    [InlineData("Europe/Berlin", "2026-03-28T23:45Z")]
    [InlineData("America/New_York", "2026-11-01T04:45Z")]
    [InlineData("America/New_York", "2026-03-08T05:45Z")]
    public void An_interval_goes_on_evenly_through_a_change_of_the_clock(string zone, string after)
    {
        IReadOnlyList<DateTimeOffset> times = Of("*/30 * * * *", zone).NextFireTimes(At(after), 12);

        Assert.All(times.Zip(times.Skip(1)), pair => Assert.Equal(TimeSpan.FromMinutes(30), pair.Second - pair.First));
    }

    [Fact]
    public void Six_fields_begin_with_seconds() =>
        Assert.Equal([At("2026-01-01T00:00:10Z"), At("2026-01-01T00:00:20Z")], Of("*/10 * * * * *").NextFireTimes(At("2026-01-01T00:00Z"), 2));

    [Theory]
    [InlineData("", "UTC", "cron")]
    [InlineData("* * * *", "UTC", "cron")]
    [InlineData("60 * * * *", "UTC", "cron")]
    [InlineData("H * * * *", "UTC", "cron")]
    [InlineData("0 0 30 2 *", "UTC", "cron")]
    [InlineData("* * * * *", "Mars/Olympus", "time_zone")]
    [InlineData("* * * * *", "", "time_zone")]
    public void A_wrong_field_is_refused_by_name(string cron, string zone, string field)
    {
        PayloadException error = Assert.Throws<PayloadException>(() => Of(cron, zone).NextFireTimes(At("2026-01-01T00:00Z"), 1));

        Assert.Equal([field], error.Fields);
        Assert.Contains($"'{(field == "cron" ? cron : zone)}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_latest_times_are_the_last_of_all_times_through_changes_of_the_clock_too()
    {
        Gen<string> crons = Gen.OneOf("*/7 * * * *", "30 2 * * *", "0 */3 * * *", "15,45 1-3 * * *", "0 0 1 * *", "30 1 * * 0", "*/20 59 1,2 * * *");
        Gen<string> zones = Gen.OneOf("Europe/Berlin", "America/New_York", "UTC", "Australia/Lord_Howe");
        Gen.Select(crons, zones, Gen.Int[0, 365 * 24], Gen.Int[1, 72], Gen.Int[1, 20]).Sample((cron, zone, hour, span, most) =>
        {
            CronTimes times = CronTimes.Of(Of(cron, zone));
            DateTimeOffset from = At("2026-01-01T00:00Z").AddHours(hour), before = from.AddHours(span);

            List<DateTimeOffset> latest = times.Latest(from, before, most);

            Assert.Equal(times.Between(from, before.AddTicks(-1)).TakeLast(most), latest);
        });
    }

    internal static DateTimeOffset At(string time) => DateTimeOffset.Parse(time);

    internal static Schedule Of(string cron, string zone = "UTC") => new() { Id = "nightly", Cron = cron, TimeZone = zone, Type = "run" };
}
