// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

interface ICollectibleReceiver {
    function onERC721Received(address operator, address from, uint256 id, bytes calldata data)
        external
        returns (bytes4);
}

/// Numbered pieces with the ERC-721 interface, sold in order until none is left.
contract Collectible {
    event Transfer(address indexed from, address indexed to, uint256 indexed id);
    event Approval(address indexed owner, address indexed approved, uint256 indexed id);
    event ApprovalForAll(address indexed owner, address indexed operator, bool approved);

    error SoldOut();
    error WrongPrice();
    error TooMany();
    error NotAllowed();
    error Refused();

    uint256 public immutable price;
    uint256 public immutable supply;
    uint256 public sold;

    mapping(uint256 id => address) public ownerOf;
    mapping(address owner => uint256) public balanceOf;
    mapping(uint256 id => address) public getApproved;
    mapping(address owner => mapping(address operator => bool)) public isApprovedForAll;
    mapping(uint256 id => bytes32) public traits;

    constructor(uint256 price_, uint256 supply_) {
        price = price_;
        supply = supply_;
    }

    function mint(uint256 count) external payable {
        if (count == 0 || count > 5) revert TooMany();
        if (sold + count > supply) revert SoldOut();
        if (msg.value != price * count) revert WrongPrice();
        for (uint256 i = 0; i < count; ++i) {
            uint256 id = ++sold;
            ownerOf[id] = msg.sender;
            traits[id] = keccak256(abi.encode(block.prevrandao, blockhash(block.number - 1), id, msg.sender));
            emit Transfer(address(0), msg.sender, id);
        }
        balanceOf[msg.sender] += count;
    }

    function approve(address to, uint256 id) external {
        address owner = ownerOf[id];
        if (msg.sender != owner && !isApprovedForAll[owner][msg.sender]) revert NotAllowed();
        getApproved[id] = to;
        emit Approval(owner, to, id);
    }

    function setApprovalForAll(address operator, bool approved) external {
        isApprovedForAll[msg.sender][operator] = approved;
        emit ApprovalForAll(msg.sender, operator, approved);
    }

    function safeTransferFrom(address from, address to, uint256 id) external {
        transferFrom(from, to, id);
        if (to.code.length == 0) return;
        bytes4 answer = ICollectibleReceiver(to).onERC721Received(msg.sender, from, id, "");
        if (answer != ICollectibleReceiver.onERC721Received.selector) revert Refused();
    }

    function transferFrom(address from, address to, uint256 id) public {
        if (ownerOf[id] != from) revert NotAllowed();
        bool allowed = msg.sender == from || getApproved[id] == msg.sender || isApprovedForAll[from][msg.sender];
        if (!allowed) revert NotAllowed();
        delete getApproved[id];
        ownerOf[id] = to;
        balanceOf[from] -= 1;
        balanceOf[to] += 1;
        emit Transfer(from, to, id);
    }
}
