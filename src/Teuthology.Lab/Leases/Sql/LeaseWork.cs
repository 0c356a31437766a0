namespace Teuthology.Lab;

/// <summary>A change of machines that is to be written with its deed.</summary>
/// <param name="Statement">One statement, which gives the machines that it changed.</param>
/// <param name="Deed">Written with it if it changed any.</param>
/// <param name="Frees">Whether those who wait for machines want to hear of it.</param>
internal sealed record LeaseWork(Func<FormattableString> Statement, Deed Deed, bool Frees)
{
    private readonly TaskCompletionSource<List<NodeRecord>> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The machines after it.</summary>
    public Task<List<NodeRecord>> Done => _done.Task;

    public void Succeed(List<NodeRecord> changed)
    {
        if (changed.Count > 0)
            Deed.Written();
        _done.TrySetResult(changed);
    }

    public void Fail(Exception failure) => _done.TrySetException(failure);
}
