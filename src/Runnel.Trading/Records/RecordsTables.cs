namespace Runnel.Trading;

/// <summary>The tables of the records file, as a new one has them. Times are Unix milliseconds: SQLite has no type for them, and numbers compare. States are
/// in lower case, so that people can read the file. Bytes are little-endian.</summary>
internal static class RecordsTables
{
    public const string Backtests = """
        CREATE TABLE backtests (
            id TEXT NOT NULL PRIMARY KEY,
            state TEXT NOT NULL,
            request TEXT NOT NULL,
            claim_token TEXT NULL,
            claim_task TEXT NOT NULL,
            claim_attempt INTEGER NOT NULL,
            claimed_at INTEGER NOT NULL,
            heartbeat_at INTEGER NOT NULL,
            finished_at INTEGER NULL,
            statistics TEXT NULL,
            reply TEXT NULL,
            error TEXT NULL
        );
        CREATE INDEX IX_backtests_state_finished_at ON backtests (state, finished_at);
        CREATE TABLE trades (
            backtest_id TEXT NOT NULL REFERENCES backtests (id) ON DELETE CASCADE,
            number INTEGER NOT NULL, -- in closing order, from 1
            entry_bar INTEGER NOT NULL,
            exit_bar INTEGER NOT NULL,
            entry_time INTEGER NOT NULL,
            exit_time INTEGER NOT NULL,
            side TEXT NOT NULL,
            size REAL NOT NULL,
            entry_price REAL NOT NULL,
            exit_price REAL NOT NULL,
            reason TEXT NOT NULL,
            fees REAL NOT NULL,
            pnl REAL NOT NULL,
            PRIMARY KEY (backtest_id, number)
        );
        """;

    // The large columns of chunks come last: SQLite reads the others without them.
    public const string Optimizations = """
        CREATE TABLE optimizations (
            id TEXT NOT NULL PRIMARY KEY,
            state TEXT NOT NULL, -- running, completed, failed or cancelled
            request TEXT NOT NULL,
            task TEXT NOT NULL, -- whose steps drive it
            run INTEGER NOT NULL, -- of that task
            started_at INTEGER NOT NULL, -- that run
            done_before INTEGER NOT NULL, -- trials that were done when it began
            heartbeat_at INTEGER NOT NULL,
            finished_at INTEGER NULL,
            klines TEXT NULL, -- fingerprint, once the first chunk is planned
            next_trial INTEGER NOT NULL, -- counted over all segments; those before it are planned or not wanted any more; of a method that learns how many were asked for
            chunks INTEGER NOT NULL, -- planned so far
            stopped TEXT NULL, -- the field of the payload that ended it early as a whole: max_seconds
            wake_at INTEGER NOT NULL, -- open chunks at which the task wants to be woken
            reply TEXT NULL,
            error TEXT NULL
        );
        CREATE TABLE optimization_chunks (
            optimization_id TEXT NOT NULL REFERENCES optimizations (id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            segment INTEGER NOT NULL,
            first INTEGER NOT NULL,
            planned INTEGER NOT NULL, -- trials
            budget_ms INTEGER NOT NULL,
            share REAL NOT NULL, -- of the range that its trials run on
            submissions INTEGER NOT NULL,
            submitted_at INTEGER NOT NULL, -- the last one
            submitted_run INTEGER NOT NULL, -- the run of the optimization's task that did it
            is_done INTEGER NOT NULL,
            rest_planned INTEGER NOT NULL, -- trials that its budget left and that are in later chunks
            done INTEGER NOT NULL, -- trials
            skipped INTEGER NOT NULL,
            failed INTEGER NOT NULL,
            elapsed_us INTEGER NOT NULL,
            best_trial INTEGER NULL,
            best_score REAL NULL,
            error TEXT NULL,
            points BLOB NULL, -- doubles; null where a trial's number gives its point
            top BLOB NULL, -- trial (int64) and score (double) of the best
            block BLOB NULL, -- TrialBlock
            PRIMARY KEY (optimization_id, number)
        );
        """;
}
