using Teuthology.Sql;

namespace Teuthology.Lab;

/// <content>Changes that a server was asked for, written with who asked.</content>
public sealed partial class LeaseStore
{
    private const int MostTries = 12;
    private static readonly TimeSpan DeedsKept = TimeSpan.FromDays(180);

    /// <summary>Writes down a deed that was refused, or changed nothing.</summary>
    /// <param name="deed">The deed.</param>
    /// <param name="status">HTTP status of the answer.</param>
    /// <param name="cancellationToken">Looked at before.</param>
    public Task NoteAsync(Deed deed, int status, CancellationToken cancellationToken) =>
        _database.QueryAsync(() => DeedStatements.Add(deed, status), row => row.GetString(0), cancellationToken);

    /// <summary>What a server was asked for, the latest first.</summary>
    /// <param name="path">Only where the path begins so; null for all.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellationToken">Looked at before.</param>
    public async Task<IReadOnlyList<DeedRecord>> DeedsAsync(string? path, int most, CancellationToken cancellationToken) => await _database.QueryAsync(
        () => DeedStatements.Latest(path, most),
        row => new DeedRecord(
            new Deed(DateTimeOffset.FromUnixTimeMilliseconds(row.Whole("at")!.Value), row.Text("token"), row.Text("address"), row.Text("method")!, row.Text("path")!, row.Text("body")),
            (int)row.Whole("status")!.Value),
        cancellationToken);

    /// <summary>Forgets deeds of more than half a year ago.</summary>
    /// <param name="cancellationToken">Looked at before.</param>
    public Task TrimDeedsAsync(CancellationToken cancellationToken)
    {
        var oldest = Time.GetUtcNow() - DeedsKept;
        return _database.ExecuteAsync(() => DeedStatements.Trim(oldest), cancellationToken);
    }

    internal async Task<bool> CreateAsync(NodeRecord node, Deed? deed, CancellationToken cancellationToken) =>
        (await ChangeNodesAsync(() => $"{NodeStatements.Create(node)} RETURNING {LeaseDialect.NodeColumns(_database.Nodes.Now)}", deed, cancellationToken)).Count == 1;

    internal async Task<NodeRecord?> UpdateAsync(string name, NodeUpdate update, Deed? deed, CancellationToken cancellationToken) =>
        (await ChangeNodesAsync(() => _database.Nodes.Update(name, update), deed, cancellationToken)).FirstOrDefault();

    internal async Task<bool> DeleteAsync(string name, Deed? deed, CancellationToken cancellationToken) =>
        (await ChangeNodesAsync(() => $"{NodeStatements.Delete(name)} RETURNING {LeaseDialect.NodeColumns(_database.Nodes.Now)}", deed, cancellationToken)).Count == 1;

    internal async Task<NodeRecord?> UnlockAsync(string name, string owner, string? description, Deed? deed, CancellationToken cancellationToken) =>
        (await ChangeNodesAsync(() => _database.Leases.Unlock(name, owner, description), deed, cancellationToken)).FirstOrDefault();

    internal async Task<IReadOnlyList<NodeRecord>> UnlockAllAsync(IReadOnlyList<string> names, string owner, Deed? deed, CancellationToken cancellationToken) =>
        InOrder(await ChangeNodesAsync(() => _database.Leases.UnlockAll(names, owner), deed, cancellationToken));

    // Once it runs it must not be called off: nobody would know whether it was done.
    private async Task<List<NodeRecord>> ChangeNodesAsync(Func<FormattableString> sql, Deed? deed, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (deed is { IsWritten: false })
            return await _writer.WriteAsync(new LeaseWork(sql, deed, Frees: true));
        var changed = await _database.QueryAsync(sql, _rows.Node, CancellationToken.None);
        await TellAsync();
        return changed;
    }

    // The near machines together with what others ask for at the moment; to go farther, and to wait for others, alone: who waits must hold nothing.
    private async Task<List<NodeRecord>> ClaimNotedAsync(ClaimAttempt claim, Deed deed)
    {
        for (var tries = 1; ; tries++)
        {
            var reach = tries == 1 ? ClaimReach.Near : tries <= MostTries / 3 ? ClaimReach.Far : ClaimReach.Patient;
            var work = new LeaseWork(() => claim.Statement(reach), deed, Frees: false);
            var taken = tries == 1 ? await _writer.WriteAsync(work) : (await _database.ChangeAsync([work]))[0];
            if (tries > 1 && taken.Count > 0)
                deed.Written();
            if (taken.Count > 0 || tries == MostTries)
                return taken;

            // Others who decide at the same moment have the same machines in hand, and may let go of them: only what is free counts.
            var free = await _database.QueryAsync(claim.Free, row => row.GetInt64(0), CancellationToken.None);
            if (free[0] < claim.Count)
                return [];
        }
    }
}
