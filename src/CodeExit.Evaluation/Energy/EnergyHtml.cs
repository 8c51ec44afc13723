namespace CodeExit.Evaluation.Energy;

public static class EnergyHtml { public static string Page(EnergyReport report) => ""; }
