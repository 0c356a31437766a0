using System.Text.Json.Nodes;
using Teuthology.Orchestra;

namespace Teuthology.PythonTasks;

/// <summary>Parameters of a call.</summary>
internal static class CallWith
{
    extension(JsonObject with)
    {
        public string Text(string name) => (string?)with[name] ?? throw new ArgumentException($"'{name}' is missing");

        public string? MaybeText(string name) => (string?)with[name];

        public bool Flag(string name) => (bool?)with[name] ?? false;

        public long Whole(string name) => (long?)with[name] ?? throw new ArgumentException($"'{name}' is missing");

        public TimeSpan? Seconds(string name) => with[name] is { } value ? TimeSpan.FromSeconds(value.GetValue<double>()) : null;

        public byte[]? Bytes(string name) => (string?)with[name] is { } text ? Convert.FromBase64String(text) : null;

        /// <summary>The command of <c>args</c>: a text is a script, a list is words, some of them raw.</summary>
        public RemoteCommand Command() => with["args"] switch
        {
            JsonArray words => RemoteCommand.Words([.. words.Select(word => word is JsonObject raw ? CommandWord.Raw((string)raw["raw"]!) : CommandWord.Quoted((string)word!))]),
            { } text => RemoteCommand.Script((string)text!),
            null => throw new ArgumentException("'args' is missing"),
        };
    }
}
