namespace CodeExit.Training.States;

/// <summary>A place in a text to learn from.</summary>
/// <param name="Prompt">As the model is asked.</param>
/// <param name="Truth">What follows it, the end-of-text token included where the text ends there.</param>
/// <param name="Place">What the caller knows of the place, see <see cref="Inference.Decoding.GenerationOptions.Place"/>.</param>
public sealed record TuningText(int[] Prompt, int[] Truth, float[] Place);
