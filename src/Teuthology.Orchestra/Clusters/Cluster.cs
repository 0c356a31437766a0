namespace Teuthology.Orchestra;

/// <summary>The hosts of a job in order, each with its roles.</summary>
public sealed class Cluster
{
    private readonly List<Remote> remotes = [];
    private readonly Dictionary<Remote, IReadOnlyList<string>> roles = [];

    /// <summary>The hosts, in the order they were added.</summary>
    public IReadOnlyList<Remote> Remotes => remotes;

    /// <summary>Hosts with their roles.</summary>
    public IEnumerable<KeyValuePair<Remote, IReadOnlyList<string>>> Hosts => remotes.Select(remote => KeyValuePair.Create(remote, roles[remote]));

    /// <summary>Every role of every host, in order.</summary>
    public IEnumerable<string> AllRoles => remotes.SelectMany(remote => roles[remote]);

    /// <summary>Adds a host.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="roles">Its roles.</param>
    /// <exception cref="InvalidOperationException">The host is already there: <c>Remote X already found in remotes: Y</c>, Y being the roles it has.</exception>
    public void Add(Remote remote, IReadOnlyList<string> roles)
    {
        ArgumentNullException.ThrowIfNull(remote);
        if (!this.roles.TryAdd(remote, [.. roles]))
            throw new InvalidOperationException($"Remote Remote(name={PythonRepr.Of(remote.Name)}) already found in remotes: [{string.Join(", ", this.roles[remote].Select(PythonRepr.Of))}]");
        remotes.Add(remote);
    }

    /// <summary>Roles of a host of this cluster.</summary>
    /// <param name="remote">The host.</param>
    /// <exception cref="KeyNotFoundException">It is none of this cluster's.</exception>
    public IReadOnlyList<string> RolesOf(Remote remote) => roles[remote];

    /// <summary>The hosts that have every one of these roles (compared whole).</summary>
    /// <param name="roles">Roles.</param>
    public Cluster Only(params IEnumerable<string> roles)
    {
        var wanted = roles.ToList();
        return Where(remote => wanted.TrueForAll(this.roles[remote].Contains));
    }

    /// <summary>The hosts that have, for each predicate, at least one role that it accepts.</summary>
    /// <param name="predicates">Such as <see cref="Role.IsType"/>.</param>
    public Cluster Only(params Func<string, bool>[] predicates) =>
        Where(remote => Array.TrueForAll(predicates, predicate => roles[remote].Any(predicate)));

    /// <summary>The hosts that <see cref="Only(IEnumerable{string})"/> leaves out.</summary>
    /// <param name="roles">Roles.</param>
    public Cluster Exclude(params IEnumerable<string> roles) => Without(Only(roles));

    /// <summary>The hosts that <see cref="Only(Func{string, bool}[])"/> leaves out.</summary>
    /// <param name="predicates">Such as <see cref="Role.IsType"/>.</param>
    public Cluster Exclude(params Func<string, bool>[] predicates) => Without(Only(predicates));

    /// <summary>The hosts that a predicate accepts.</summary>
    /// <param name="predicate">On the host.</param>
    public Cluster Filter(Func<Remote, bool> predicate) => Where(predicate);

    /// <summary>The one host that has a role.</summary>
    /// <param name="role">A role, compared whole.</param>
    /// <exception cref="ConfigurationException">No host has it, or several have.</exception>
    public Remote Single(string role)
    {
        var found = Only(role).Remotes;
        return found.Count switch
        {
            1 => found[0],
            0 => throw new ConfigurationException($"No host has the role '{role}'. The roles of this job are: {(AllRoles.Any() ? string.Join(", ", AllRoles) : "none")}"),
            _ => throw new ConfigurationException($"The role '{role}' is on {found.Count} hosts ({string.Join(", ", found.Select(r => r.ShortName))}); this needs exactly one"),
        };
    }

    /// <summary>Runs a command on every host at once and waits for all of them.</summary>
    /// <param name="command">What to run.</param>
    /// <param name="ct">Kills the command everywhere.</param>
    /// <returns>Results in the hosts' order.</returns>
    /// <exception cref="TeuthologyException">One host failed: its error. Several: the first to fail, after all ended; the others are in its <see cref="Exception.Data"/>.</exception>
    public Task<IReadOnlyList<CommandResult>> RunAsync(RemoteCommand command, CancellationToken ct) =>
        InParallel.ForEachAsync(remotes, (remote, token) => remote.RunAsync(command, token), ct);

    /// <summary>Runs a command on one host after the other, by their names, and stops at the first that fails; upstream's default.</summary>
    /// <param name="command">What to run.</param>
    /// <param name="ct">Kills it.</param>
    /// <returns>Results in the order of names.</returns>
    /// <exception cref="CommandException">It failed on a host.</exception>
    public async Task<IReadOnlyList<CommandResult>> RunInTurnAsync(RemoteCommand command, CancellationToken ct)
    {
        var results = new List<CommandResult>();
        foreach (var remote in ByName)
            results.Add(await remote.RunAsync(command, ct).ConfigureAwait(false));
        return results;
    }

    /// <summary>Starts a command on every host; upstream's <c>wait=False</c>.</summary>
    /// <param name="command">What to run.</param>
    /// <param name="ct">Gives up starting it.</param>
    /// <returns>The processes in the order of names.</returns>
    /// <exception cref="ConnectionLostException">A host cannot be reached.</exception>
    public Task<IReadOnlyList<RemoteProcess>> StartAsync(RemoteCommand command, CancellationToken ct) =>
        InParallel.ForEachAsync(ByName, (remote, token) => remote.StartAsync(command, token), ct);

    /// <summary>Runs a script on every host at once and gives each one's standard output, in the order of names.</summary>
    /// <param name="script">For the login shell.</param>
    /// <param name="ct">Kills it.</param>
    /// <exception cref="TeuthologyException">It failed on a host.</exception>
    public Task<IReadOnlyList<string>> ShAsync(string script, CancellationToken ct) =>
        InParallel.ForEachAsync(ByName, (remote, token) => remote.ShAsync(script, token), ct);

    /// <summary>Writes a file on every host.</summary>
    /// <param name="path">Where.</param>
    /// <param name="content">Its content.</param>
    /// <param name="options">Sudo, mode, owner.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ArgumentException">Mode or owner without sudo: <c>To specify perms or owner, sudo must be True</c>.</exception>
    /// <exception cref="CommandFailedException">It cannot be written.</exception>
    public Task WriteFileAsync(string path, string content, RemoteFileOptions? options, CancellationToken ct)
    {
        if (options is { Sudo: false } and ({ Mode: not null } or { Owner: not null }))
            throw new ArgumentException("To specify perms or owner, sudo must be True", nameof(options));
        return InParallel.ForEachAsync(ByName, (remote, token) => remote.WriteFileAsync(path, content, options, token), ct);
    }

    /// <summary>Ids of all roles of a type, in order.</summary>
    /// <param name="type">Such as <c>osd</c>.</param>
    /// <param name="cluster">Of one Ceph cluster, or null for any.</param>
    public IEnumerable<string> IdsOfType(string type, string? cluster = null) => Role.IdsOfType(AllRoles, type, cluster);

    /// <summary>As upstream shows it: <c>name[role,role] name2[…]</c>, sorted by name.</summary>
    public override string ToString() =>
        string.Join(' ', remotes.OrderBy(r => r.Name, StringComparer.Ordinal).Select(r => $"{r.Name}[{string.Join(',', roles[r])}]"));

    private IEnumerable<Remote> ByName => remotes.OrderBy(remote => remote.Name, StringComparer.Ordinal);

    private Cluster Without(Cluster other) => Where(remote => !other.roles.ContainsKey(remote));

    private Cluster Where(Func<Remote, bool> predicate)
    {
        var chosen = new Cluster();
        foreach (var remote in remotes.Where(predicate))
            chosen.Add(remote, roles[remote]);
        return chosen;
    }
}
