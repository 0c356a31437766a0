namespace Teuthology.Lab;

/// <summary>Looks at one area; changes nothing.</summary>
internal interface IExamination
{
    /// <summary>The area's name.</summary>
    string Area { get; }

    /// <summary>What there is to tell of it; what throws is told as trouble of the area.</summary>
    IAsyncEnumerable<Finding> ExamineAsync(CancellationToken cancellationToken);
}
