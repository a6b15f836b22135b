import {describe, expect, test} from 'vitest';
import {
	compileTemplate,
	missingPlaceholder,
	renderTemplate,
	type Template,
	type TemplateSyntax,
} from '../../source/spec/template.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';

function compile(raw: string, syntax: TemplateSyntax = 'braces'): Template {
	const compiled = compileTemplate(raw, syntax);
	if (compiled.kind === 'bad') {
		throw new Error(compiled.problem);
	}

	return compiled.template;
}

describe('braces', () => {
	const args = {
		food: 'pizza',
		n: 3,
		yes: true,
		list: [1, {a: 'b'}],
		a: {b: {c: 'deep'}},
		'x.y': 'dotted',
		empty: '',
	};

	test.each([
		['I like {{food}}', 'I like pizza'],
		['{{ food }}{{food}}', 'pizzapizza'],
		['{{{food}}}', '{pizza}'],
		['{{n}} {{yes}} {{list}}', '3 true [1,{"a":"b"}]'],
		['{{a.b.c}} {{a.b}}', 'deep {"c":"deep"}'],
		['{{x.y}}', 'dotted'],
		['<{{empty}}>', '<>'],
		// biome-ignore lint/suspicious/noTemplateCurlyInString: a brace like any other
		['{"a": {"b": 1}} {food} ${food} {{}} { {food} } {{#if food}} {{1}} {{color: red}}', null],
		['function f() { return {{ }}; } \\frac{{1}}{2}', null],
		['', ''],
	])('%s', (raw, expected) => {
		expect(renderTemplate(compile(raw), args)).toBe(expected ?? raw);
	});

	test('values are never read as templates', () => {
		expect(renderTemplate(compile('{{a}}{{b}}'), {a: '{{b}}', b: '$& {{a}}'})).toBe('{{b}}$& {{a}}');
	});

	test.each([
		['{{gone}}', 'gone'],
		['{{food}}{{a.gone}}', 'a.gone'],
		['{{food.length}}', 'food.length'],
		['{{toString}}', 'toString'],
		['{{__proto__}}', '__proto__'],
		['{{nothing}}', 'nothing'],
	])('%s has no value', (raw, name) => {
		expect(missingPlaceholder(compile(raw), {...args, nothing: null})?.name).toBe(name);
	});
});

describe('python', () => {
	test.each([
		['I like {food}', 'I like pizza'],
		['{{"a": {food}}}', '{"a": pizza}'],
		['{{{food}}}', '{pizza}'],
		['{Review Text}', 'good'],
	])('%s', (raw, expected) => {
		expect(renderTemplate(compile(raw, 'python'), {food: 'pizza', 'Review Text': 'good'})).toBe(expected);
	});

	test.each([
		['a {', 2],
		['a } b', 2],
		['{x:.2f}', 0],
		['ab{x!r}', 2],
		['{a[0]}', 0],
		['{}', 0],
	])('%s is refused at its place', (raw, offset) => {
		expect(compileTemplate(raw, 'python')).toMatchObject({kind: 'bad', offset});
	});
});

test('any text without placeholders passes untouched', () => {
	const random = seededRandom(testSeed('template'));
	const pieces = [
		'{',
		'}',
		'{{',
		'}}',
		' ',
		'a',
		'"',
		':',
		'\n',
		'[',
		']',
		'1',
		'{{ }}',
		'{{-}}',
		'🍕',
		'\\',
	];
	for (let round = 0; round < 2000; round++) {
		const text = Array.from({length: 12}, () => pieces[Math.floor(random() * pieces.length)]).join('');
		const template = compile(text);
		if (template.placeholders.length === 0) {
			expect(renderTemplate(template, {a: 'x'})).toBe(text);
		} else {
			// Put back what was taken out.
			const args = Object.fromEntries(template.placeholders.map(({name}) => [name, `<${name}>`]));
			expect(renderTemplate(template, args)).toBe(text.replaceAll(/\{\{[ \t]*(a[\w-]*)[ \t]*\}\}/g, '<$1>'));
		}
	}
});
