using CodeExit.Completion;

namespace CodeExit.Tests.Completion.Stopping;

public class DedentRuleTests
{
    public static TheoryData<string, string, string, string> Cases => new()
    {
        { "python: body of the function that the line opens", "def f(x):█\n", "\n    y = x\n    return y\n\ndef g():\n    pass\n", "\n    y = x\n    return y" },
        { "python: inside a body", "def f(x):\n    █\n", "y = x\n    return y\n\ndef g():\n    pass\n", "y = x\n    return y" },
        { "python: cursor at column 0 below a header", "def f(x):\n█", "    y = x\n    return y\nprint(f(1))\n", "    y = x\n    return y" },
        { "python: a method ends before the next one", "class A:\n    def f(self):█\n", "\n        return 1\n\n    def g(self):\n        return 2\n", "\n        return 1" },
        { "python: nested blocks inside", "def f(x):\n    if x:█\n", "\n        for a in x:\n            print(a)\n        return 1\n    return 2\n", "\n        for a in x:\n            print(a)\n        return 1" },
        { "python: siblings of a statement", "def f(x):\n    y = 1█\n", "\n    z = 2\n    return z\nprint(1)\n", "\n    z = 2\n    return z" },
        { "python: bracket that the line opened", "VALUES = [█\n", "\n    1,\n    2,\n]\nprint(VALUES)\n", "\n    1,\n    2,\n]" },
        { "python: bracket that the suggestion opened", "def f():\n    █\n", "g(\n        1,\n)\n    h()\nprint()\n", "g(\n        1,\n)\n    h()" },
        { "python: arguments at a hanging indentation", "x = f(\n        █", "a,\n        b)\ny = 1\n", "a,\n        b)" },
        { "typescript: braces of the line", "function f(a: number) {█\n", "\n  if (a) {\n    return 1;\n  } else {\n    return 2;\n  }\n}\n\nfunction g() {\n", "\n  if (a) {\n    return 1;\n  } else {\n    return 2;\n  }\n}" },
        { "typescript: a brace from outside", "function f() {\n  █\n", "return 1;\n}\n\nfunction g() {}\n", "return 1;" },
        { "typescript: callback", "  it('works', () => {█\n", "\n    expect(1).toBe(1);\n  });\n\n  it('too', () => {\n", "\n    expect(1).toBe(1);\n  });" },
        { "csharp: Allman braces", "    public int F()█\n", "\n    {\n        return 1;\n    }\n\n    public int G()\n    {\n", "\n    {\n        return 1;\n    }" },
        { "csharp: a statement's block", "    {\n        if (x)█\n", "\n        {\n            y = 1;\n        }\n        return y;\n    }\n}\n", "\n        {\n            y = 1;\n        }" },
        { "go: tabs", "func f() int {█\n", "\n\tx := 1\n\treturn x\n}\n\nfunc g() {\n", "\n\tx := 1\n\treturn x\n}" },
        { "go: one case", "\tswitch x {\n\tcase 1:\n\t\t█\n", "f()\n\t\treturn 1\n\tcase 2:\n\t\tg()\n", "f()\n\t\treturn 1" },
        { "tabs in the file, spaces from the model", "func f() {\n\t█\n", "a()\n    b()\n}\n", "a()\n    b()" },
        { "crlf", "def f():\r\n    █\r\n", "a()\r\n    b()\r\nprint()\r\n", "a()\r\n    b()" },
        { "nothing to add here", "def f():\n    if x:\n        return 1\n        █\n", "\n    return 2\n", "" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Run_LineLeavesTheBlock_EndsBeforeIt(string name, string document, string said, string kept)
    {
        var (text, reason, tokens) = Suggest.Run(document, said);

        Assert.Equal((name, kept, StopReason.Dedent), (name, text, reason));
        Assert.True(tokens < said.Length, "the decode went on");
    }

    [Theory]
    [InlineData("x = 1█\n", "\ny = 2\nz = 3\n", "\ny = 2\nz = 3")]
    [InlineData("█", "import os\n\n\ndef f():\n    return os\n", "import os")]
    [InlineData("import os█", "\n\n\ndef f():\n    return os\n", "\n\n\ndef f():\n    return os")]
    public void Run_TopLevel_HasNothingToLeave(string document, string said, string kept)
    {
        Assert.Equal(kept, Suggest.Run(document, said).Text);
    }
}
