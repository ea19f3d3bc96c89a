"""Arrow's allocator during a load: used for the block only, and what it gave stays valid."""

from contextlib import suppress

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from loaders.memory import lean_memory


@pytest.mark.skipif("jemalloc" not in pa.supported_memory_backends(), reason="this pyarrow has no jemalloc")
def test_the_allocator_is_another_for_the_block_even_if_it_fails():
    before, made = pa.default_memory_pool().backend_name, []
    with suppress(pa.ArrowInvalid), lean_memory():
        made.append(pa.default_memory_pool().backend_name)
        texts = pc.utf8_upper(pa.array([f"a{i}" for i in range(1000)]))
        texts[0].cast(pa.int64())
    assert made == ["jemalloc"]
    assert pa.default_memory_pool().backend_name == before
    assert texts[999].as_py() == "A999"
