namespace Teuthology.Interactive;

/// <summary>What the editor asks about the language that is typed.</summary>
internal interface ILineLanguage
{
    /// <summary>Whether Enter sends the text, or goes on in a new line.</summary>
    bool IsComplete(string text);

    /// <summary>What could stand at the caret.</summary>
    Task<Completions> CompleteAsync(string text, int caret, CancellationToken cancellationToken);
}
