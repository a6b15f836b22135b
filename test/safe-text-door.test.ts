import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import {expect, test} from 'vitest';

/** Where text can reach a terminal from: the streams of the process, and what is put together for them. */
const writers =
	/(?:^|\.)(?:(?:stdout|stderr|stream|terminal|options)\.write|writeToTerminal|question)$|^console\./;

/** What makes text that holds nothing from outside, or has been through `safeText` inside. */
const cleaners = new Set([...['safeText', 'safeJson', 'plural', 'count', 'closingLines', 'recentLines']]);

/** What is written beyond that, and why it is clean. */
const known: {readonly [write: string]: string} = {
	"source/cli/commands/check.ts: `${flags.json ? lines[0] : lines.map(line => safeText(line)).join('\\n')}\\n`":
		'the one line of JSON comes from safeJson',
	'source/cli/commands/recent.ts: `No runs yet.\\n${help}`': 'our own help',
	'source/cli/commands/recent.ts: question': 'our own words',
	'source/cli/commands/simulate.ts: `The simulator answers at ${simulator.url}\\nFor any OpenAI client: OPENAI_BASE_URL=${simulator.url} OPENAI_API_KEY=any\\nctrl-c ends it.\\n`':
		'the address is ours',
	'source/cli/run-full-screen.ts: sequence': 'bellOf: fixed texts',
	'source/cli/run-headless.ts: `${line}\\n`':
		'plain lines, closing lines and JSON lines, each cleaned where it is made',
	'source/cli/run-sample.ts: `${line}\\n`': 'plain lines and closing lines, each cleaned where it is made',
	"source/ui/line-face.ts: `${lines.join('\\n')}\\n`": 'speak cleans every line',
	'source/ui/line-face.ts: sequence': 'copySequence: base64',
	'source/ui/record-work.ts: sequence': 'copySequence: base64',
	'source/ui/screen-writer.ts: data': 'made of cells: readScreenRow drops every sequence but styles',
	'source/ui/start-screen.tsx: data': 'from the screen writer',
	'source/ui/start-screen.tsx: sequence': 'copySequence: base64',
};

/** Whether an expression is text that this file itself sees cleaned. */
function isClean(node: ts.Expression, file: ts.SourceFile): boolean {
	if (ts.isStringLiteralLike(node) || ts.isNumericLiteral(node)) return true;
	if (ts.isTemplateExpression(node)) return node.templateSpans.every(span => isClean(span.expression, file));
	if (ts.isArrayLiteralExpression(node)) return node.elements.every(element => isClean(element, file));
	if (ts.isParenthesizedExpression(node)) return isClean(node.expression, file);
	if (ts.isConditionalExpression(node)) return isClean(node.whenTrue, file) && isClean(node.whenFalse, file);
	if (ts.isBinaryExpression(node)) return isClean(node.left, file) && isClean(node.right, file);
	if (ts.isPropertyAccessExpression(node)) return node.name.text === 'length';
	if (ts.isCallExpression(node)) {
		const {expression: callee} = node;
		if (ts.isIdentifier(callee)) return cleaners.has(callee.text);
		if (!ts.isPropertyAccessExpression(callee)) return false;
		const {text: method} = callee.name;
		const [made] = node.arguments;
		if (method === 'map' && made && ts.isArrowFunction(made) && !ts.isBlock(made.body))
			return isClean(made.body, file);
		return ['join', 'filter', 'trimEnd'].includes(method) && isClean(callee.expression, file);
	}

	if (ts.isIdentifier(node)) {
		const made = constants(file).get(node.text);
		return made !== undefined && isClean(made, file);
	}

	return false;
}

/** What the constants of a file are made from, by name; of two with one name neither counts. */
function constants(file: ts.SourceFile): ReadonlyMap<string, ts.Expression> {
	const found = new Map<string, ts.Expression>();
	const doubled = new Set<string>();
	const visit = (node: ts.Node): void => {
		if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer) {
			if (found.has(node.name.text)) doubled.add(node.name.text);
			if (node.parent.flags & ts.NodeFlags.Const) found.set(node.name.text, node.initializer);
		}

		ts.forEachChild(node, visit);
	};
	visit(file);
	return new Map([...found].filter(([name]) => !doubled.has(name)));
}

function unclearWrites(name: string): readonly string[] {
	const file = ts.createSourceFile(name, readFileSync(name, 'utf8'), ts.ScriptTarget.Latest, true);
	const found: string[] = [];
	const visit = (node: ts.Node): void => {
		if (ts.isCallExpression(node) && writers.test(node.expression.getText())) {
			for (const written of node.arguments.filter(argument => !/\.fd$|Fd$|^\{/.test(argument.getText()))) {
				if (!isClean(written, file)) found.push(`${name}: ${written.getText().replaceAll(/\s+/g, ' ')}`);
			}
		}

		ts.forEachChild(node, visit);
	};
	visit(file);
	return found;
}

test('whatever is written to a terminal goes through `safeText`, or stands in the list of what is clean', () => {
	const files = ['ui', 'headless', 'cli'].flatMap(layer =>
		readdirSync(path.join('source', layer), {recursive: true, encoding: 'utf8'})
			.filter(name => /\.tsx?$/.test(name))
			.map(name => path.join('source', layer, name)),
	);
	expect(files.length).toBeGreaterThan(100);
	expect(files.flatMap(unclearWrites).sort()).toEqual(Object.keys(known).sort());
});
