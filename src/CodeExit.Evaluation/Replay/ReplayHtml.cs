namespace CodeExit.Evaluation.Replay;

public static class ReplayHtml { public static string Page(ReplayReport report) => ""; }
