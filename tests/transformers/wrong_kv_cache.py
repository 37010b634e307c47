"""Near misses of transformers/kv_cache."""

import torch
from torch.nn.functional import scaled_dot_product_attention

from backprep.testing import fails
from solutions.transformers.kv_cache import CachedAttention


class _Cached(CachedAttention):
    """The right answer in steps, so that each near miss gets one of them wrong."""

    @torch.no_grad()
    def forward(self, x):
        return self.go_on(x)

    def go_on(self, x):
        self.examine(x)
        q, k, v = self.project(x, self.length())
        past, self.cache = self.length(), self.join(k, v)
        mask = self.mask(past, x.shape[1], x.device)
        heads = scaled_dot_product_attention(q, *self.cache, attn_mask=mask)
        return self.out(heads.transpose(1, 2).flatten(2))

    def length(self):
        return self.cache[0].shape[2] if self.cache else 0

    def examine(self, x):
        if self.length() + x.shape[1] > self.position.num_embeddings:
            raise ValueError("the cache is full")
        if self.cache and len(x) != len(self.cache[0]):
            raise ValueError("the batch has another size")

    def project(self, x, past):
        places = torch.arange(past, past + x.shape[1], device=x.device)
        parts = self.qkv(x + self.position(places)).chunk(3, dim=-1)
        return [self.split(part) for part in parts]

    def split(self, part):
        return part.unflatten(-1, (self.num_heads, -1)).transpose(1, 2)

    def join(self, k, v):
        if not self.cache:
            return k, v
        return torch.cat([self.cache[0], k], 2), torch.cat([self.cache[1], v], 2)

    def mask(self, past, new, device):
        return torch.ones(new, past + new, dtype=torch.bool, device=device).tril(past)


@fails(
    "test_goes_on_token_by_token",
    "test_takes_several_tokens_at_a_time",
    "test_a_full_cache_raises_and_stays_whole",
    "test_another_batch_raises_and_leaves_the_cache",
    "test_reset_begins_a_new_sequence",
    "test_works_where_x_is",
)
class counts_positions_from_zero(_Cached):
    """Right for the first call. Every later token believes that it is the first."""

    def project(self, x, past):
        return super().project(x, 0)


@fails(
    "test_goes_on_token_by_token",
    "test_takes_several_tokens_at_a_time",
    "test_a_full_cache_raises_and_stays_whole",
    "test_another_batch_raises_and_leaves_the_cache",
    "test_reset_begins_a_new_sequence",
    "test_works_where_x_is",
)
class aligns_the_mask_at_the_start(_Cached):
    """`is_causal=True` for a step: the newest token sees the oldest one alone."""

    def mask(self, past, new, device):
        return super().mask(past, new, device).tril()


@fails(
    "test_takes_several_tokens_at_a_time",
    "test_a_full_cache_raises_and_stays_whole",
    "test_another_batch_raises_and_leaves_the_cache",
    "test_reset_begins_a_new_sequence",
)
class masks_the_first_call_alone(_Cached):
    """Right for a prompt and single steps. A second chunk reads its own future."""

    def mask(self, past, new, device):
        return None if past else super().mask(past, new, device)


@fails(
    "test_computes_a_whole_sequence_at_once",
    "test_takes_several_tokens_at_a_time",
    "test_a_full_cache_raises_and_stays_whole",
    "test_another_batch_raises_and_leaves_the_cache",
    "test_reset_begins_a_new_sequence",
    "test_works_where_x_is",
)
class reshapes_in_place_of_transposing(_Cached):
    """Right for single steps. In a prompt, heads hold pieces of several tokens."""

    def split(self, part):
        batch, new, _ = part.shape
        return part.reshape(batch, self.num_heads, new, -1)


@fails("test_projects_each_token_once")
class keeps_the_tokens(CachedAttention):
    """The results are right, and every step projects the whole text again: the work
    that the cache was to save."""

    @torch.no_grad()
    def forward(self, x):
        known = x[:, :0] if self.cache is None else self.cache
        if len(known) != len(x):
            raise ValueError("the batch has another size")
        whole = torch.cat([known, x], dim=1)
        if whole.shape[1] > self.position.num_embeddings:
            raise ValueError("the cache is full")
        self.cache = whole
        parts = self.qkv(whole + self.position.weight[: whole.shape[1]]).chunk(3, -1)
        q, k, v = (p.unflatten(-1, (self.num_heads, -1)).transpose(1, 2) for p in parts)
        heads = scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.out(heads.transpose(1, 2).flatten(2))[:, known.shape[1] :]


@fails("test_a_full_cache_raises_and_stays_whole")
class appends_before_it_looks(_Cached):
    """It raises, and has let the tokens in: whoever catches the error and sends fewer
    finds a cache that is too long."""

    def go_on(self, x):
        if self.cache and len(x) != len(self.cache[0]):
            raise ValueError("the batch has another size")
        places = torch.arange(self.length(), self.length() + x.shape[1])
        places = places.to(x.device).clamp(max=self.position.num_embeddings - 1)
        parts = self.qkv(x + self.position(places)).chunk(3, dim=-1)
        q, k, v = map(self.split, parts)
        past, self.cache = self.length(), self.join(k, v)
        if self.length() > self.position.num_embeddings:
            raise ValueError("the cache is full")
        mask = self.mask(past, x.shape[1], x.device)
        heads = scaled_dot_product_attention(q, *self.cache, attn_mask=mask)
        return self.out(heads.transpose(1, 2).flatten(2))


@fails("test_a_full_cache_raises_and_stays_whole")
class starts_over_when_full(_Cached):
    """No error: the model goes on with no memory of the text."""

    def examine(self, x):
        if self.length() + x.shape[1] > self.position.num_embeddings:
            self.reset()
        super().examine(x)


@fails("test_another_batch_raises_and_leaves_the_cache")
class starts_over_with_another_batch(_Cached):
    """Somebody else's request empties the cache without an error."""

    def examine(self, x):
        if self.cache and len(x) != len(self.cache[0]):
            self.reset()
        super().examine(x)


@fails(
    "test_reset_begins_a_new_sequence",
)
class keeps_the_position_after_a_reset(_Cached):
    """The keys are gone, and the next text begins in the middle."""

    def __init__(self, *sizes):
        self.seen = 0
        super().__init__(*sizes)

    def project(self, x, past):
        self.seen += x.shape[1]
        return super().project(x, (self.seen - x.shape[1]) % len(self.position.weight))


@fails("test_saves_its_parameters_alone")
class registers_the_cache(_Cached):
    """The text of the last user goes into the checkpoint, and no longer loads."""

    def go_on(self, x):
        result = super().go_on(x)
        self.register_buffer("keys", self.cache[0])
        self.register_buffer("values", self.cache[1])
        return result


@fails("test_holds_no_graph")
class keeps_the_graph(_Cached):
    """Where the caller forgot `no_grad`, every step keeps all earlier ones alive."""

    def forward(self, x):
        return self.go_on(x)


@fails("test_works_where_x_is")
class makes_the_mask_on_the_cpu(_Cached):
    """On a GPU, scores and mask do not meet."""

    def mask(self, past, new, device):
        return super().mask(past, new, "cpu")
