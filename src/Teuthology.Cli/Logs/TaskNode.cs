using Teuthology.Results;

namespace Teuthology.Cli;

/// <summary>A phase of a task with the phases of the tasks that it runs; the root has none of its own.</summary>
internal sealed class TaskNode
{
    private readonly List<TaskNode> _children = [];
    private readonly List<TaskNode> _open = [];
    private readonly TaskNode? _parent;
    private int _begun;

    private TaskNode(TaskPhase? phase, TaskNode? parent)
    {
        Phase = phase;
        _parent = parent;
        Depth = parent is null ? -1 : parent.Depth + 1;
    }

    public TaskPhase? Phase { get; }

    /// <summary>0 for tasks of the job itself.</summary>
    public int Depth { get; }

    /// <summary>Lines hidden so far.</summary>
    public long Hidden { get; set; }

    /// <summary>How many of them tell of errors.</summary>
    public long HiddenErrors { get; set; }

    public static TaskNode Tree(JobTimeline timeline)
    {
        var root = new TaskNode(null, null);
        var nodes = new Dictionary<TaskPhase, TaskNode>();
        foreach (var phase in timeline.Phases)
        {
            var parent = phase.Parent is not null && nodes.TryGetValue(phase.Parent, out var known) ? known : root;
            var node = nodes[phase] = new TaskNode(phase, parent);
            parent._children.Add(node);
        }

        return root;
    }

    /// <summary>Ends phases that were over before <paramref name="time"/>, inner ones first.</summary>
    public void Close(DateTime time, Action<TaskNode> opened, Action<TaskNode> closed)
    {
        // A phase so short that no line fell into it opens and closes here.
        while (_begun < _children.Count && _children[_begun].Phase is { End: { } end } && end < time)
        {
            CloseOpen(_children[_begun].Phase!.Start, opened, closed);
            _open.Add(_children[_begun]);
            opened(_children[_begun++]);
        }

        CloseOpen(time, opened, closed);
    }

    /// <summary>Begins phases that start by <paramref name="time"/>, outer ones first.</summary>
    public void Open(DateTime time, Action<TaskNode> opened)
    {
        while (_begun < _children.Count && _children[_begun].Phase!.Start <= time)
        {
            _open.Add(_children[_begun]);
            opened(_children[_begun++]);
        }

        foreach (var node in _open)
            node.Open(time, opened);
    }

    /// <summary>The innermost task at a time; where several run side by side, the one that runs them.</summary>
    public (TaskNode? Node, int Depth) At(DateTime time)
    {
        var candidates = _open.FindAll(node => node.Phase!.End is not { } end || end > time);
        if (candidates.Count == 0)
            candidates = _open;
        return candidates.Count == 1 ? candidates[0].At(time) : Phase is null ? (null, 0) : (this, Depth + 1);
    }

    public bool Within(string task) => Phase is not null && (LogSelection.Names(task, Phase) || _parent?.Within(task) == true);

    /// <summary>The outermost folded phase that this one is in; null when its lines are to be seen.</summary>
    public TaskNode? Hider(LogSelection selection) => _parent?.Hider(selection) ?? (Phase is not null && selection.Folds(Phase) ? this : null);

    private void CloseOpen(DateTime time, Action<TaskNode> opened, Action<TaskNode> closed)
    {
        for (var i = 0; i < _open.Count; i++)
        {
            var node = _open[i];
            node.Close(time, opened, closed);
            if (node.Phase!.End is not { } end || end >= time)
                continue;
            _open.RemoveAt(i--);
            closed(node);
        }
    }
}
