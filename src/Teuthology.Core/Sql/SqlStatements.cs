using System.Data.Common;
using System.Globalization;
using Npgsql;

namespace Teuthology.Sql;

/// <summary>Statements whose holes become parameters, and the values of their rows.</summary>
public static class SqlStatements
{
    /// <summary>A statement; what fills its holes is bound by name and never read as SQL, but for a hole that is a statement itself: that becomes a part of it.</summary>
    /// <param name="connection">Open; the command joins the transaction that is given.</param>
    /// <param name="sql">The statement.</param>
    /// <param name="transaction">The connection's transaction, or null for none.</param>
    public static DbCommand Command(this DbConnection connection, FormattableString sql, DbTransaction? transaction = null)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = Bind(sql, connection is NpgsqlConnection, command.CreateParameter, command.Parameters);
        return command;
    }

    /// <summary>Runs a statement that gives no rows.</summary>
    /// <param name="connection">Open.</param>
    /// <param name="sql">The statement.</param>
    /// <param name="transaction">The connection's transaction, or null for none.</param>
    /// <param name="cancellationToken">Looked at before.</param>
    /// <returns>How many rows were changed.</returns>
    public static async Task<int> ExecuteAsync(this DbConnection connection, FormattableString sql, DbTransaction? transaction, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(sql, transaction);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Runs statements that give no rows, one after the other; in one round trip where the database can.</summary>
    /// <param name="connection">Open.</param>
    /// <param name="statements">The statements.</param>
    /// <param name="transaction">The connection's transaction, or null for none.</param>
    /// <param name="cancellationToken">Looked at before each.</param>
    public static async Task ExecuteAllAsync(this DbConnection connection, IReadOnlyList<FormattableString> statements, DbTransaction? transaction, CancellationToken cancellationToken)
    {
        if (!connection.CanCreateBatch)
        {
            foreach (var statement in statements)
                await connection.ExecuteAsync(statement, transaction, cancellationToken);
            return;
        }

        if (statements.Count == 0)
            return;
        await using var batch = connection.CreateBatch();
        batch.Transaction = transaction;
        foreach (var statement in statements)
        {
            var command = batch.CreateBatchCommand();
            command.CommandText = Bind(statement, connection is NpgsqlConnection, command.CreateParameter, command.Parameters);
            batch.BatchCommands.Add(command);
        }

        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Reads all rows of a statement.</summary>
    /// <typeparam name="T">What a row becomes.</typeparam>
    /// <param name="connection">Open.</param>
    /// <param name="sql">The statement.</param>
    /// <param name="read">Makes a value of the row at hand.</param>
    /// <param name="transaction">The connection's transaction, or null for none.</param>
    /// <param name="cancellationToken">Looked at between two rows.</param>
    public static async Task<List<T>> QueryAsync<T>(
        this DbConnection connection, FormattableString sql, Func<DbDataReader, T> read, DbTransaction? transaction, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(sql, transaction);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        List<T> values = [];
        while (await rows.ReadAsync(cancellationToken))
            values.Add(read(rows));
        return values;
    }

    /// <summary>Reads all rows of each statement, run one after the other; in one round trip where the database can.</summary>
    /// <typeparam name="T">What a row becomes.</typeparam>
    /// <param name="connection">Open.</param>
    /// <param name="statements">The statements, at least one; each a query, or a change that returns rows.</param>
    /// <param name="read">Makes a value of the row at hand.</param>
    /// <param name="transaction">The connection's transaction, or null for none.</param>
    /// <param name="cancellationToken">Looked at between two rows.</param>
    /// <returns>The rows of each.</returns>
    public static async Task<List<List<T>>> QueryAllAsync<T>(
        this DbConnection connection, IReadOnlyList<FormattableString> statements, Func<DbDataReader, T> read, DbTransaction? transaction, CancellationToken cancellationToken)
    {
        var all = statements.Select(_ => new List<T>()).ToList();
        await connection.AskAsync([.. statements.Zip(all, (statement, rows) => new SqlQuestion(statement, row => rows.Add(read(row))))], transaction, cancellationToken);
        return all;
    }

    /// <summary>Asks several questions, one after the other; in one round trip where the database can.</summary>
    /// <param name="connection">Open.</param>
    /// <param name="questions">At least one.</param>
    /// <param name="transaction">The connection's transaction, or null for none.</param>
    /// <param name="cancellationToken">Looked at between two rows.</param>
    public static async Task AskAsync(this DbConnection connection, IReadOnlyList<SqlQuestion> questions, DbTransaction? transaction, CancellationToken cancellationToken)
    {
        if (!connection.CanCreateBatch)
        {
            foreach (var question in questions)
            {
                await using var command = connection.Command(question.Sql, transaction);
                await using var answer = await command.ExecuteReaderAsync(cancellationToken);
                while (await answer.ReadAsync(cancellationToken))
                    question.Read(answer);
            }

            return;
        }

        await using var batch = connection.CreateBatch();
        batch.Transaction = transaction;
        foreach (var question in questions)
        {
            var command = batch.CreateBatchCommand();
            command.CommandText = Bind(question.Sql, connection is NpgsqlConnection, command.CreateParameter, command.Parameters);
            batch.BatchCommands.Add(command);
        }

        await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
        var at = 0;
        do
        {
            while (await rows.ReadAsync(cancellationToken))
                questions[at].Read(rows);
            at++;
        }
        while (await rows.NextResultAsync(cancellationToken));
    }

    /// <summary>Text of a column; null for NULL.</summary>
    /// <param name="row">The row.</param>
    /// <param name="column">Its name.</param>
    public static string? Text(this DbDataReader row, string column) => row[column] as string;

    /// <summary>Whole number of a column; null for NULL.</summary>
    /// <param name="row">The row.</param>
    /// <param name="column">Its name.</param>
    public static long? Whole(this DbDataReader row, string column) => row[column] as long?;

    // By place where the driver needs no names: it then sends the text as it is, and need not read it first.
    private static string Bind(FormattableString sql, bool byPlace, Func<DbParameter> create, DbParameterCollection parameters)
    {
        var holes = new object[sql.ArgumentCount];
        for (var i = 0; i < holes.Length; i++)
        {
            if (sql.GetArgument(i) is FormattableString part)
            {
                holes[i] = Bind(part, byPlace, create, parameters);
                continue;
            }

            var parameter = create();
            if (byPlace)
                holes[i] = string.Create(CultureInfo.InvariantCulture, $"${parameters.Count + 1}");
            else
                holes[i] = parameter.ParameterName = string.Create(CultureInfo.InvariantCulture, $"@p{parameters.Count}");
            parameter.Value = sql.GetArgument(i) ?? DBNull.Value;
            parameters.Add(parameter);
        }

        return string.Format(CultureInfo.InvariantCulture, sql.Format, holes);
    }
}
