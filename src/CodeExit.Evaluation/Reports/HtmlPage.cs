using System.Net;

namespace CodeExit.Evaluation.Reports;

/// <summary>What all reports are as pages: one file that fetches nothing, light or dark as its reader likes.</summary>
internal static class HtmlPage
{
    private const string CommonStyle = """
        :root { color-scheme: light dark; --ink: #1c2430; --soft: #667085; --rule: #e6e9ef; --back: #ffffff; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e7ebf0; --soft: #98a2b3; --rule: #2a313c; --back: #14181f; } }
        body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--back); margin: 3rem auto; padding: 0 1rem; }
        h1 small { display: block; font-size: 1rem; font-weight: 400; color: var(--soft); }
        svg { width: 100%; height: auto; }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
        th, td { border-bottom: 1px solid var(--rule); }
        th { color: var(--soft); font-weight: 500; }
        """;

    /// <param name="kind">What is reported: "speed".</param>
    /// <param name="about">What stands below the model's name.</param>
    /// <param name="style">The report's own rules, after those that all reports share.</param>
    /// <param name="body">HTML, each line ended.</param>
    public static string Of(string kind, string model, string about, string style, string body) => $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>CodeExit {Html(kind)}: {Html(model)}</title>
        <style>
        {CommonStyle}
        {style}
        </style>
        </head>
        <body>
        <h1>{Html(model)} <small>{Html(about)}</small></h1>
        {body}</body>
        </html>

        """;

    public static string Html(string text) => WebUtility.HtmlEncode(text);
}
