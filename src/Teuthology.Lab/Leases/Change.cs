namespace Teuthology.Lab;

/// <summary>A new value for a fact; where none is given, the fact stays as it is.</summary>
/// <typeparam name="T">What the fact is.</typeparam>
/// <param name="Value">The new value; null takes the fact away.</param>
public readonly record struct Change<T>(T Value)
{
    /// <summary>A value stands for the change to it.</summary>
    /// <param name="value">The new value.</param>
    public static implicit operator Change<T>(T value) => new(value);
}
