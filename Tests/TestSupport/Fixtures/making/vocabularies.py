"""Tokenizers of every kind, trained on Samples/ so that the same samples give the same bytes.

The libraries' trainers break ties differently from run to run; here they go by the tokens' order.
"""
import json
from collections import Counter
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

SAMPLES = Path(__file__).resolve().parents[4] / "Samples"
WORDPIECE = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]",
             "mask_token": "[MASK]"}


def sample_texts():
    for language in ("en", "zh"):
        with open(SAMPLES / f"everyday-{language}.jsonl", encoding="utf-8") as lines:
            yield from (json.loads(line)["text"] for line in lines)


def merge(parts, left, right, merged):
    for index in range(len(parts) - 2, -1, -1):
        if parts[index : index + 2] == [left, right]:
            parts[index : index + 2] = [merged]


def best_pair(pieces, words):
    """The most frequent pair of neighbours, or nothing."""
    pairs = Counter()
    for word, parts in pieces.items():
        for pair in zip(parts, parts[1:]):
            pairs[pair] += words[word]
    return min(pairs, key=lambda pair: (-pairs[pair], pair)) if pairs else None


def train_wordpiece(words, size, special):
    """A WordPiece vocabulary by merging the most frequent pair, again and again."""
    letters = Counter(letter for word, count in words.items() for letter in word * count)
    kept = {letter for letter, _ in sorted(letters.items(), key=lambda entry: (-entry[1], entry[0]))[: size * 2 // 5]}
    pieces = {word: [word[0], *("##" + letter for letter in word[1:])] for word in words if kept.issuperset(word)}
    vocabulary = kept.union(*pieces.values())
    while len(vocabulary) < size - len(special):
        left, right = best_pair(pieces, words)
        merged = left + right.removeprefix("##")
        vocabulary.add(merged)
        for parts in pieces.values():
            merge(parts, left, right, merged)
    return {token: index for index, token in enumerate([*special, *sorted(vocabulary)])}


def wordpiece(size, lowercase=True, strip_accents=None, special=WORDPIECE, first="[CLS]", last="[SEP]"):
    normalizer = normalizers.BertNormalizer(
        clean_text=True, handle_chinese_chars=True, strip_accents=strip_accents, lowercase=lowercase)
    splitter = pre_tokenizers.BertPreTokenizer()
    words = Counter(word for text in sample_texts()
                    for word, _ in splitter.pre_tokenize_str(normalizer.normalize_str(text)))
    tokens = list(dict.fromkeys(special.values()))
    vocabulary = train_wordpiece(words, size, tokens)
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer, tokenizer.pre_tokenizer, tokenizer.decoder = normalizer, splitter, decoders.WordPiece()
    tokenizer.add_special_tokens(tokens)
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{first} $A {last}", pair=f"{first} $A {last} $B:1 {last}:1",
        special_tokens=[(name, vocabulary[name]) for name in (first, last)])
    return tokenizer


def train_merges(words, symbols, count):
    """The `count` most frequent merges of the symbols into which `symbols` cuts a word."""
    pieces = {word: symbols(word) for word in words}
    merges = []
    while len(merges) < count and (pair := best_pair(pieces, words)):
        merges.append(pair)
        for parts in pieces.values():
            merge(parts, *pair, "".join(pair))
    return merges


def counted(normalizer, splitter, cut=None):
    """The words of the samples as a pipeline cuts them."""
    words = Counter()
    for text in sample_texts():
        text = normalizer.normalize_str(text) if normalizer else text
        words.update(piece for piece, _ in splitter.pre_tokenize_str(text)) if splitter else words.update(cut(text))
    return words


def template(tokenizer, single, pair=None):
    """A post-processor that puts special tokens, named in the template, round a text."""
    names = [part for part in dict.fromkeys(single.split()) if part != "$A"]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=single, pair=pair or f"{single} {single.replace('$A', '$B')}",
        special_tokens=[(name, tokenizer.token_to_id(name)) for name in names])


# The split patterns as the authors' files write them.
QWEN_SPLIT = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
              r"|\s*[\r\n]+|\s+(?!\S)|\s+")
BLOOM_SPLIT = r" ?[^(\s|[.,!?…。，、।۔،])]+"


def byte_bpe(special, merges=120, split=None, normalizer=None, prefix_space=False, trim_offsets=True):
    """Byte-level BPE: the 256 bytes as letters, and merges inside the pieces of the split pattern."""
    tokenizer = Tokenizer(models.BPE())
    if split:
        splitter = pre_tokenizers.Sequence([
            pre_tokenizers.Split(Regex(split), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=trim_offsets, use_regex=False)])
    else:
        splitter = pre_tokenizers.ByteLevel(add_prefix_space=prefix_space, trim_offsets=trim_offsets)
    trained = train_merges(counted(normalizer, splitter), list, merges)
    tokens = [*special, *sorted(pre_tokenizers.ByteLevel.alphabet()), *("".join(pair) for pair in trained)]
    tokenizer.model = models.BPE({token: index for index, token in enumerate(dict.fromkeys(tokens))}, trained)
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer, tokenizer.decoder = splitter, decoders.ByteLevel()
    tokenizer.add_special_tokens(special)
    return tokenizer


def after_spaces(text):
    """The words of a text whose spaces are `▁`, each with the marks before it."""
    words = [""]
    for letter in text:
        if letter == "▁" and words[-1].strip("▁"):
            words.append("")
        words[-1] += letter
    return words


def piece_bpe(special, normalizer, splitter=None, single="<s> $A </s>", letters=70, merges=90):
    """SentencePiece's BPE as tokenizer.json writes it: spaces as `▁`, and bytes where a letter is unknown."""
    words = counted(normalizer, None, after_spaces)
    counts = Counter(letter for word, count in words.items() for letter in word * count)
    kept = sorted(sorted(counts, key=lambda letter: (-counts[letter], letter))[:letters])
    known = Counter({word: count for word, count in words.items() if set(kept).issuperset(word)})
    trained = train_merges(known, list, merges)
    tokens = [*special, *(f"<0x{byte:02X}>" for byte in range(256)), *kept, *("".join(pair) for pair in trained)]
    vocabulary = {token: index for index, token in enumerate(dict.fromkeys(tokens))}
    tokenizer = Tokenizer(models.BPE(vocabulary, trained, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizer
    if splitter:
        tokenizer.pre_tokenizer = splitter
    tokenizer.decoder = decoders.Sequence([
        decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    tokenizer.add_special_tokens(special)
    template(tokenizer, single)
    return tokenizer
