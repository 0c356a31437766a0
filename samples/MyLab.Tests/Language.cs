namespace MyLab.Tests;

/// <summary>Languages that letters are written in.</summary>
public enum Language
{
    English,
    French,
    German,
}
