namespace Runnel.Tests.Model;

internal enum StepKind
{
    Submit,
    SubmitLater,
    SubmitWithId,
    Fetch,
    Complete,
    Fail,
    TimeOut,
    Snooze,
    StopCancelled,
    GiveBack,
    Kill,
    Cancel,
    Promote,
    Requeue,
    Purge,
}

/// <summary>One random operation; the numbers choose a consumer, a task or an option among those that there are, so that any
/// shorter list of steps is a run too.</summary>
internal sealed record Step(StepKind Kind, int A, int B);
