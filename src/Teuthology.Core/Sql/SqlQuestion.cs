using System.Data.Common;

namespace Teuthology.Sql;

/// <summary>A statement that gives rows, and what becomes of them.</summary>
/// <param name="Sql">The statement.</param>
/// <param name="Read">Takes the row at hand; called for each.</param>
public sealed record SqlQuestion(FormattableString Sql, Action<DbDataReader> Read);
